import { dimensionsOf } from '../../contract/domain'
import type { NadeConfig } from '../../contract/inspect/nade'
import { NADE_BLOCK, nade as description } from '../../contract/inspect/nade'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { bernoulli } from '../distributions/bernoulli'
import { orderingMaps } from '../orderings/apply'
import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { earlierProduct } from './earlier'
import { marginalParameters } from './marginalBias'
import type { Family } from './model'
import { nadeProjections } from './nadeBlocks'
import { nadePlan } from './nadePlan'
import { nadeSampler } from './nadeSampler'
import { parameterOf } from './parameterOf'

/**
 * The Neural Autoregressive Distribution Estimator (Larochelle & Murray 2011):
 *   h_i = σ(c + Σ_{j<i} W_j x_j),  p(x_i = 1 | x_<i) = σ(b_i + V_i · h_i), where j < i means: generated earlier.
 *
 * With direct connections, as those of MADE (Germain et al. 2015), A_i x_<i is added to the logit: a belief network beside the hidden layer.
 *
 * Weights, rows by dimension in raster order whatever the ordering: W [D, H], V [D, H], b [D], c [H]; direct [D, D], direct[j][i] = A_ij.
 */
export const nade: Family<NadeConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const dimensions = dimensionsOf(domain)
    const { hidden } = config
    const ordering = configuredOrdering(config, domain)
    const maps = orderingMaps(ordering)
    const ranks = ranksOf(ordering)
    const start = marginalParameters(domain, statistics)
    return {
      parameters: [
        { name: 'W', shape: [dimensions, hidden], init: { kind: 'uniform', limit: Math.min(0.05, Math.sqrt(6 / (dimensions + hidden))) } },
        { name: 'V', shape: [dimensions, hidden], init: { kind: 'uniform', limit: Math.min(0.05, Math.sqrt(6 / (dimensions + hidden))) } },
        { name: 'b', shape: [dimensions], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
        { name: 'c', shape: [hidden], init: { kind: 'zeros' } },
        ...(config.direct ? [{ name: 'direct', shape: [dimensions, dimensions], init: { kind: 'zeros' } as const }] : []),
      ],
      distribution: bernoulli,
      ordering,
      conditionals(parameters, x) {
        const W = maps.toSteps(parameterOf(parameters, 'W'), 0)
        const V = maps.toSteps(parameterOf(parameters, 'V'), 0)
        const projections = nadeProjections(maps.toSteps(x, 1), W, V, parameterOf(parameters, 'c'), NADE_BLOCK) // [B, D], as generated
        const hiddenLogits = biasAdd(maps.toRaster(projections, 1), parameterOf(parameters, 'b'))
        const logits = config.direct ? tf.add(hiddenLogits, earlierProduct(x, parameterOf(parameters, 'direct'), ranks)) : hiddenLogits
        return tf.expandDims(logits, 2) // [B, D] -> [B, D, 1]
      },
      samplingPlan: (weights) => nadePlan(weights, ordering),
      sampler: (weights, batch) => nadeSampler(weights, batch, ordering),
    }
  },
}
