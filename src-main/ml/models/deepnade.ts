import { dimensionsOf } from '../../contract/domain'
import type { DeepNadeConfig } from '../../contract/inspect/deepnade'
import { deepNadeOneHot, deepnade as description } from '../../contract/inspect/deepnade'
import { memberOrdering } from '../../contract/inspect/orderAgnostic'
import { distributionFor } from '../distributions/distributionFor'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { deepNadePlan } from './deepnadePlan'
import { marginalParameters } from './marginalBias'
import { chainOutputs, maskedNetParameters, maskedOutputs, scaledLevel } from './maskedNet'
import type { MaskedNet } from './maskedNet'
import type { Family, Model } from './model'
import { drawnMask, orderAgnosticModel, orderAgnosticNll } from './orderAgnostic'
import { parameterOf } from './parameterOf'

/**
 * DeepNADE, or EoNADE (Uria, Murray & Larochelle 2014; Uria et al. 2016, section 4): one net for the conditionals of all D! orderings,
 *   h_1 = g(W (x ⊙ m) + M m + c_1),  h_l = g(W_l h_{l−1} + c_l),  p(x_i | x_m) = f(V h_L + b)_i,
 * m the mask of the observed dimensions. Trained on masks drawn anew for each example (see `orderAgnosticNll`); under a given ordering o it is the chain
 * ∏ p(x_{o_i} | x_{o_<i}), whose first layer is a running sum: a ← a + W_{o_i} x_{o_i} + M_{o_i}.
 *
 * Weights: those of `maskedNetParameters`, W = hidden.0.weight, M = mask.weight; output.bias [D·P].
 */
export const deepnade: Family<DeepNadeConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const D = dimensionsOf(domain)
    const { levels } = domain
    const distribution = distributionFor(domain)
    const P = distribution.parametersPerDimension
    const start = marginalParameters(domain, statistics)
    const oneHot = deepNadeOneHot(config, domain)
    const net: MaskedNet = { dimensions: D, hidden: config.hidden, activation: config.activation, levels: oneHot ? levels : null, outputs: P, prefix: '' }
    const { scale, shift } = scaledLevel(levels)
    const inputOf = (x: tf.Tensor): tf.Tensor => (oneHot || levels === 2 ? x : tf.add(tf.mul(x, scale), shift))
    const widest = Math.max(...config.hidden)

    const under = (ordering: Int32Array): Model => {
      const maps = orderingMaps(ordering)
      return {
        parameters: [
          ...maskedNetParameters(net),
          { name: 'output.bias', shape: [D * P], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
        ],
        distribution,
        ordering,
        conditionals(named, x) {
          const outputs = tf.transpose(chainOutputs(net, named, inputOf(x), ordering), [1, 0, 2]) // [D, B, P] -> [B, D, P], as generated
          return tf.add(maps.toRaster(outputs, 1), tf.reshape(parameterOf(named, 'output.bias'), [1, D, P]))
        },
        trainingNll(named, x, noise) {
          const mask = drawnMask(noise, x.shape[0]!, D)
          const outputs = maskedOutputs(net, named, inputOf(x), mask.observed)
          return orderAgnosticNll(distribution, tf.add(outputs, tf.reshape(parameterOf(named, 'output.bias'), [1, D, P])), x, mask)
        },
        // B·D hidden layers are alive at the worst: a tenth of a gigabyte.
        evaluationBatchSize: Math.max(1, Math.min(32, Math.floor(2.5e7 / (D * widest)))),
        samplingPlan: (weights) => deepNadePlan({ net, weights, ordering, levels, distribution }),
      }
    }
    return orderAgnosticModel(under, (member) => memberOrdering(config, domain, member))
  },
}
