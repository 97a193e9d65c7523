import { dimensionsOf } from '../../contract/domain'
import type { FvsbnConfig } from '../../contract/inspect/fvsbn'
import { fvsbn as description } from '../../contract/inspect/fvsbn'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { bernoulli } from '../distributions/bernoulli'
import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { fvsbnPlan } from './fvsbnPlan'
import { marginalParameters } from './marginalBias'
import type { Family } from './model'
import { parameterOf } from './parameterOf'

/**
 * Fully visible sigmoid belief network (Neal 1992; Frey, Hinton & Dayan 1996):
 *   p(x_i = 1 | x_<i) = σ(a_i + Σ_{j<i} w_ij x_j), where j < i means: generated earlier.
 *
 * Weights: weight [D, D], weight[j][i] = w_ij (entries with j not before i are ignored); bias a [D].
 */
export const fvsbn: Family<FvsbnConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const dimensions = dimensionsOf(domain)
    const ordering = configuredOrdering(config, domain)
    const ranks = ranksOf(ordering)
    const start = marginalParameters(domain, statistics)
    return {
      parameters: [
        // Zero is the natural start of a convex problem: the independent model.
        { name: 'weight', shape: [dimensions, dimensions], init: { kind: 'zeros' } },
        { name: 'bias', shape: [dimensions], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
      ],
      distribution: bernoulli,
      ordering,
      conditionals(parameters, x) {
        const rank = tf.tensor1d(ranks, 'int32')
        const mask = tf.cast(tf.less(tf.expandDims(rank, 1), tf.expandDims(rank, 0)), 'float32') // [D, D]: 1 where row comes before column
        const logits = biasAdd(
          tf.matMul(x as tf.Tensor2D, tf.mul(parameterOf(parameters, 'weight'), mask) as tf.Tensor2D),
          parameterOf(parameters, 'bias'),
        )
        return tf.expandDims(logits, 2) // [B, D] -> [B, D, 1]
      },
      samplingPlan: (weights) => fvsbnPlan(weights, ordering),
      sampler(weights, batch) {
        const weight = weights.get('weight')!.data
        const bias = weights.get('bias')!.data
        // Logits of all dimensions so far; an accepted 1 adds its row of weights to those that come later.
        const logits = new Float32Array(batch * dimensions)
        for (let sample = 0; sample < batch; sample++) logits.set(bias, sample * dimensions)
        const out = new Float32Array(batch)
        return {
          logits(step) {
            const dimension = ordering[step]!
            for (let sample = 0; sample < batch; sample++) out[sample] = logits[sample * dimensions + dimension]!
            return out
          },
          accept(step, values) {
            const row = ordering[step]! * dimensions
            for (let sample = 0; sample < batch; sample++) {
              const value = values[sample]!
              if (value === 0) continue
              const offset = sample * dimensions
              for (let later = step + 1; later < dimensions; later++) {
                const dimension = ordering[later]!
                logits[offset + dimension] = logits[offset + dimension]! + value * weight[row + dimension]!
              }
            }
          },
        }
      },
    }
  },
}
