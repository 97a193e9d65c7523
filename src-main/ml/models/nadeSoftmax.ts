import { dimensionsOf } from '../../contract/domain'
import { NADE_BLOCK } from '../../contract/inspect/nade'
import type { NadeSoftmaxConfig } from '../../contract/inspect/nadeSoftmax'
import { nadeSoftmax as description, nadeSoftmaxOneHot } from '../../contract/inspect/nadeSoftmax'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { categorical } from '../distributions/categorical'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { marginalParameters } from './marginalBias'
import type { Family } from './model'
import { nadeOutputs } from './nadeOutputs'
import type { NadeShape } from './nadeOutputs'
import { nadeOutputsPlan } from './nadeOutputsPlan'
import { nadeOutputsSampler } from './nadeOutputsSampler'
import { parameterOf } from './parameterOf'

/**
 * NADE for values of K levels (Larochelle & Murray 2011; Uria et al. 2016, section 3):
 *   h_i = σ(c + Σ_{j<i} W_j[x_j]),  p(x_i = k | x_<i) = softmax(b_i + V_i h_i)_k, where j < i means: generated earlier.
 *
 * Weights, rows by dimension in raster order whatever the ordering: W [D, K, H] one-hot, or [D, H] where x_j enters as a number in −1…1; V [D, H, K];
 * b [D, K]; c [H].
 */
export const nadeSoftmax: Family<NadeSoftmaxConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const D = dimensionsOf(domain)
    const { levels } = domain
    const { hidden } = config
    const oneHot = nadeSoftmaxOneHot(config, domain)
    const ordering = configuredOrdering(config, domain)
    const maps = orderingMaps(ordering)
    const start = marginalParameters(domain, statistics)
    const shape: NadeShape = { dimensions: D, hidden, outputs: levels, levels: oneHot ? levels : null, activation: 'sigmoid', blockSize: NADE_BLOCK }
    const limit = Math.min(0.05, Math.sqrt(6 / (D + hidden)))
    const scaled = { scale: 2 / (levels - 1), shift: -1 }
    const distribution = categorical(levels)
    return {
      parameters: [
        { name: 'W', shape: oneHot ? [D, levels, hidden] : [D, hidden], init: { kind: 'uniform', limit } },
        { name: 'V', shape: [D, hidden, levels], init: { kind: 'uniform', limit } },
        { name: 'b', shape: [D, levels], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
        { name: 'c', shape: [hidden], init: { kind: 'zeros' } },
      ],
      distribution,
      ordering,
      conditionals(parameters, x) {
        const input = oneHot ? x : tf.sub(tf.mul(x, 2 / (levels - 1)), 1)
        const outputs = nadeOutputs(shape, maps.toSteps(input, 1), {
          input: maps.toSteps(parameterOf(parameters, 'W'), 0),
          output: maps.toSteps(parameterOf(parameters, 'V'), 0),
          bias: parameterOf(parameters, 'c'),
          rescale: tf.ones([D]),
        }) // [B, D, K], as generated
        return tf.add(maps.toRaster(outputs, 1), parameterOf(parameters, 'b'))
      },
      samplingPlan: (weights) => nadeOutputsPlan({ weights, ordering, shape, distribution, scaled }),
      sampler: (weights, batch) => nadeOutputsSampler(weights, batch, ordering, shape, (level) => scaled.scale * level + scaled.shift),
    }
  },
}
