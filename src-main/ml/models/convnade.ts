import { dimensionsOf } from '../../contract/domain'
import type { ConvNadeConfig } from '../../contract/inspect/convnade'
import { convnade as description } from '../../contract/inspect/convnade'
import { memberOrdering } from '../../contract/inspect/orderAgnostic'
import { distributionFor } from '../distributions/distributionFor'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { convChainOutputs } from './convnadeChain'
import { convNetOf, convNetParameters, convWhole } from './convnadeNet'
import { convNadeSampler } from './convnadeSampler'
import { marginalParameters } from './marginalBias'
import { chainOutputs, maskedNetParameters, maskedOutputs, scaledLevel } from './maskedNet'
import type { MaskedNet } from './maskedNet'
import type { Family, Model, Parameters } from './model'
import { drawnMask, orderAgnosticModel, orderAgnosticNll } from './orderAgnostic'
import { parameterOf } from './parameterOf'

/** Numbers that the conditionals of one batch hold at the worst. */
const MOST_NUMBERS = 6.4e7

/**
 * ConvNADE (Uria, Côté, Gregor, Murray & Larochelle 2016, section 5): DeepNADE whose net is convolutional, the mask a plane beside the masked image,
 *   a_0 = conv([x ⊙ m, m, 1]),  a_l = a_{l−1} + conv(relu(a_{l−1})),  p(x_i | x_m) = f(V relu(U relu(a_L)) + DeepNADE(x ⊙ m, m) + b)_i,
 * every layer padded with zeros; trained as `DeepNADE`. (The paper's net alternates 'valid' and 'full' convolutions without residual paths.)
 *
 * A conditional of the chain depends on the masked image in a square around its own pixel, so it is computed from that square alone.
 *
 * Weights: those of `convNetParameters`; of the dense branch, where there is one, those of `maskedNetParameters` behind 'dense.'; bias [D·P].
 */
export const convnade: Family<ConvNadeConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const D = dimensionsOf(domain)
    const { levels } = domain
    const distribution = distributionFor(domain)
    const P = distribution.parametersPerDimension
    const start = marginalParameters(domain, statistics)
    const net = convNetOf(config, domain, P)
    const dense: MaskedNet | null =
      config.dense.length > 0 ? { dimensions: D, hidden: config.dense, activation: 'relu', levels: null, outputs: P, prefix: 'dense.' } : null
    const { scale, shift } = scaledLevel(levels)
    const inputOf = (x: tf.Tensor): tf.Tensor => (levels === 2 ? x : tf.add(tf.mul(x, scale), shift))
    const { height, width, colours } = net
    const bias = (named: Parameters): tf.Tensor => tf.reshape(parameterOf(named, 'bias'), [1, D, P])
    const perExample = D * (2 * (2 * net.reach + 1) ** 2 * (config.channels + 2 * colours) + Math.max(0, ...config.dense))

    const under = (ordering: Int32Array): Model => {
      const maps = orderingMaps(ordering)
      return {
        parameters: [
          ...convNetParameters(net),
          ...(dense ? maskedNetParameters(dense) : []),
          { name: 'bias', shape: [D * P], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
        ],
        distribution,
        ordering,
        conditionals(named, x) {
          const input = inputOf(x)
          const convolved = convChainOutputs(net, named, input, ordering) // [D, B, P], as generated
          const outputs = dense ? tf.add(convolved, chainOutputs(dense, named, input, ordering)) : convolved
          return tf.add(maps.toRaster(tf.transpose(outputs, [1, 0, 2]), 1), bias(named))
        },
        trainingNll(named, x, noise) {
          const batch = x.shape[0]!
          const input = inputOf(x)
          const mask = drawnMask(noise, batch, D)
          const image = (plane: tf.Tensor): tf.Tensor => tf.reshape(plane, [batch, height, width, colours])
          const planes = tf.concat([image(tf.mul(input, mask.observed)), image(mask.observed), tf.ones([batch, height, width, 1])], 3)
          const convolved = tf.reshape(convWhole(net, named, planes), [batch, D, P]) // [B, H, W, C·P] -> [B, D, P]
          const outputs = dense ? tf.add(convolved, maskedOutputs(dense, named, input, mask.observed)) : convolved
          return orderAgnosticNll(distribution, tf.add(outputs, bias(named)), x, mask)
        },
        evaluationBatchSize: Math.max(1, Math.min(16, Math.floor(MOST_NUMBERS / perExample))),
        sampler: (weights, batch) => convNadeSampler({ net, dense, weights, batch, ordering, levels }),
      }
    }
    return orderAgnosticModel(under, (member) => memberOrdering(config, domain, member))
  },
}
