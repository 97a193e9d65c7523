import { dimensionsOf } from '../../contract/domain'
import type { GaussianConfig } from '../../contract/inspect/gaussian'
import { gaussian as description } from '../../contract/inspect/gaussian'
import { orderingOf } from '../../contract/inspect/orderings'
import { binnedGaussian } from '../distributions/binnedGaussian'
import { gaussian as gaussianDensity } from '../distributions/gaussian'
import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { dequantisedObjective } from './dequantised'
import { gaussianFitter } from './gaussianFitter'
import type { DataStatistics, Family } from './model'
import { parameterOf } from './parameterOf'

/**
 * The multivariate Gaussian as a chain of linear regressions: p(x_i | x_<i) = N(b_i + Σ_{j<i} w_ji z_j, s_i²), z = 2y/K − 1 the value in −1…1. Fitted by
 * moments with a shrunk covariance; its gradient works as any other's, and descending it reaches the same numbers.
 *
 * As a density of dequantised values it bounds the likelihood of levels. With `likelihood: 'bins'` each conditional is the Gaussian's mass of a
 * level's bin given the centres of the earlier ones: a normalised model of levels, so exact, but not the mass of the joint Gaussian.
 *
 * Weights: weight [D, D], weight[j][i] = w_ji (entries with j not before i are ignored); bias b [D]; logScale log s [D].
 */
export const gaussian: Family<GaussianConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const D = dimensionsOf(domain)
    const { levels } = domain
    const density = config.likelihood === 'density'
    const start = statistics ? marginalMoments(statistics, D, levels) : null
    const conditionals: ReturnType<Family['build']>['conditionals'] = (parameters, x) => {
      const [batch] = x.shape as [number]
      const z = tf.sub(tf.mul(tf.add(x, density ? 0 : 0.5), 2 / levels), 1) as tf.Tensor2D
      const place = tf.range(0, D, 1, 'int32')
      const mask = tf.cast(tf.less(tf.expandDims(place, 1), tf.expandDims(place, 0)), 'float32') // [D, D]: 1 where row comes before column
      const mean = biasAdd(tf.matMul(z, tf.mul(parameterOf(parameters, 'weight'), mask) as tf.Tensor2D), parameterOf(parameters, 'bias')) // [B, D]
      const logScale = tf.mul(tf.ones([batch, 1]), tf.expandDims(parameterOf(parameters, 'logScale'), 0))
      return tf.stack([mean, logScale], 2) // [B, D] -> [B, D, 2]
    }
    const distribution = density ? gaussianDensity(levels) : binnedGaussian(levels)
    return {
      parameters: [
        { name: 'weight', shape: [D, D], init: { kind: 'zeros' } },
        { name: 'bias', shape: [D], init: start ? { kind: 'values', values: start.mean } : { kind: 'zeros' } },
        { name: 'logScale', shape: [D], init: start ? { kind: 'values', values: start.logScale } : { kind: 'constant', value: -1 } },
      ],
      distribution,
      ordering: orderingOf('raster', domain.shape),
      conditionals,
      ...(density ? dequantisedObjective(distribution, conditionals) : {}),
      fitter: () => gaussianFitter(config, D, levels),
      sampler(weights, batch) {
        const weight = weights.get('weight')!.data
        const logScale = weights.get('logScale')!.data
        // Means of all dimensions so far; an accepted value adds its row of weights to those that come later.
        const means = new Float32Array(batch * D)
        for (let sample = 0; sample < batch; sample++) means.set(weights.get('bias')!.data, sample * D)
        const out = new Float32Array(batch * 2)
        return {
          logits(step) {
            for (let sample = 0; sample < batch; sample++) {
              out[2 * sample] = means[sample * D + step]!
              out[2 * sample + 1] = logScale[step]!
            }
            return out
          },
          accept(step, values) {
            const row = step * D
            for (let sample = 0; sample < batch; sample++) {
              const z = (2 * (values[sample]! + (density ? 0 : 0.5))) / levels - 1
              const offset = sample * D
              for (let later = step + 1; later < D; later++) means[offset + later] = means[offset + later]! + z * weight[row + later]!
            }
          },
        }
      },
    }
  },
}

/** Mean and log standard deviation of each dimension in −1…1, dequantisation included. */
function marginalMoments({ marginals }: DataStatistics, dimensions: number, levels: number): { mean: Float32Array; logScale: Float32Array } {
  const mean = new Float32Array(dimensions)
  const logScale = new Float32Array(dimensions)
  for (let dimension = 0; dimension < dimensions; dimension++) {
    let [first, second] = [0, 0]
    for (let level = 0; level < levels; level++) {
      const z = (2 * (level + 0.5)) / levels - 1
      first += marginals[dimension * levels + level]! * z
      second += marginals[dimension * levels + level]! * z * z
    }
    mean[dimension] = first
    logScale[dimension] = 0.5 * Math.log(second - first * first + (2 / levels) ** 2 / 12)
  }
  return { mean, logScale }
}
