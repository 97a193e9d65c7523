import { dimensionsOf } from '../../contract/domain'
import type { FvsbnConfig } from '../../contract/inspect/fvsbn'
import { fvsbn as description } from '../../contract/inspect/fvsbn'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { bernoulli } from '../distributions/bernoulli'
import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { earlierProduct, earlierSampler } from './earlier'
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
        const logits = biasAdd(earlierProduct(x, parameterOf(parameters, 'weight'), ranks), parameterOf(parameters, 'bias'))
        return tf.expandDims(logits, 2) // [B, D] -> [B, D, 1]
      },
      samplingPlan: (weights) => fvsbnPlan(weights, ordering),
      sampler: (weights, batch) => earlierSampler(weights.get('weight')!.data, weights.get('bias')!.data, batch, ordering),
    }
  },
}
