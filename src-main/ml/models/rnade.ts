import { dimensionsOf } from '../../contract/domain'
import { conditionalParameters, isDensity } from '../../contract/inspect/conditionalKinds'
import { NADE_BLOCK } from '../../contract/inspect/nade'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import type { RnadeConfig } from '../../contract/inspect/rnade'
import { rnade as description } from '../../contract/inspect/rnade'
import { conditionalOf } from '../distributions/conditionalOf'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { conditionalStart } from './conditionalStart'
import { dequantisedObjective } from './dequantised'
import type { Family, Model } from './model'
import { nadeOutputs } from './nadeOutputs'
import type { NadeShape } from './nadeOutputs'
import { nadeOutputsPlan } from './nadeOutputsPlan'
import { nadeOutputsSampler } from './nadeOutputsSampler'
import { parameterOf } from './parameterOf'

/**
 * The real-valued neural autoregressive density estimator (Uria, Murray & Larochelle 2013):
 *   h_i = g(ρ_i (c + Σ_{j<i} W_j z_j)),  p(x_i | x_<i) a mixture with parameters b_i + V_i h_i, where j < i means: generated earlier;
 *   z = 2y/K − 1 of dequantised values y (of the levels' centres where the mixture gives masses), ρ_i learnt, since the sum grows with i.
 *
 * Weights, rows by dimension in raster order whatever the ordering: W [D, H]; V [D, H, P]; b [D, P]; c [H]; rescale ρ [D]. P = 3M: logits, locations,
 * log scales.
 */
export const rnade: Family<RnadeConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const D = dimensionsOf(domain)
    const { levels } = domain
    const { hidden, components, activation } = config
    const distribution = conditionalOf(config.conditionals, components, levels)
    const P = conditionalParameters(config.conditionals, components, domain)
    const density = isDensity(config.conditionals)
    const ordering = configuredOrdering(config, domain)
    const maps = orderingMaps(ordering)
    const shape: NadeShape = { dimensions: D, hidden, outputs: P, levels: null, activation, blockSize: NADE_BLOCK }
    const start = conditionalStart(config.conditionals, components, domain, statistics)!
    const limit = Math.min(0.05, Math.sqrt(6 / (D + hidden)))
    const shift = density ? 0 : 0.5
    const conditionals: Model['conditionals'] = (parameters, x) => {
      const z = tf.sub(tf.mul(tf.add(x, shift), 2 / levels), 1)
      const outputs = nadeOutputs(shape, maps.toSteps(z, 1), {
        input: maps.toSteps(parameterOf(parameters, 'W'), 0),
        output: maps.toSteps(parameterOf(parameters, 'V'), 0),
        bias: parameterOf(parameters, 'c'),
        rescale: maps.toSteps(parameterOf(parameters, 'rescale'), 0),
      }) // [B, D, P], as generated
      return tf.add(maps.toRaster(outputs, 1), parameterOf(parameters, 'b'))
    }
    return {
      parameters: [
        { name: 'W', shape: [D, hidden], init: { kind: 'uniform', limit } },
        { name: 'V', shape: [D, hidden, P], init: { kind: 'uniform', limit } },
        { name: 'b', shape: [D, P], init: { kind: 'values', values: start } },
        { name: 'c', shape: [hidden], init: { kind: 'zeros' } },
        // As many inputs come together as there are earlier dimensions, so their sum is scaled by about its spread.
        { name: 'rescale', shape: [D], init: { kind: 'values', values: Float32Array.from(ranksOf(ordering), startOfRescale) } },
      ],
      distribution,
      ordering,
      conditionals,
      ...(density ? dequantisedObjective(distribution, conditionals) : {}),
      samplingPlan: (weights) =>
        nadeOutputsPlan({ weights, ordering, shape, distribution, scaled: { scale: 2 / levels, shift: (2 * shift) / levels - 1 } }),
      sampler: (weights, batch) => nadeOutputsSampler(weights, batch, ordering, shape, (value) => (2 * (value + shift)) / levels - 1),
    }
  },
}

const startOfRescale = (step: number): number => 1 / Math.sqrt(1 + step / 8)
