import { dimensionsOf } from '../../contract/domain'
import type { MadeConfig } from '../../contract/inspect/made'
import { made as description } from '../../contract/inspect/made'
import { isDensity } from '../../contract/inspect/conditionalKinds'
import { madeDegrees, madeOneHot } from '../../contract/inspect/madeDegrees'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { conditionalOf } from '../distributions/conditionalOf'
import { glorotLimit, heLimit } from '../layers/layer'
import type { DegreeRule } from '../layers/maskedDense'
import { maskedParts, maskedProduct } from '../layers/maskedProduct'
import { biasAdd, relu, softplus, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { conditionalStart } from './conditionalStart'
import { dequantisedObjective } from './dequantised'
import { madeEnsemble } from './madeEnsemble'
import { madePlan } from './madePlan'
import { madeSampler } from './madeSampler'
import type { Family, Model, ParameterSpec } from './model'
import { matrixOf, parameterOf } from './parameterOf'

const activations = { relu, tanh, softplus }

/**
 * Masked Autoencoder for Distribution Estimation (Germain et al. 2015):
 *   h_l = g((W_l ⊙ M_l) h_{l−1} + b_l),  parameters of p(x_i | x_<i) = ((V ⊙ M_V) h_L + (A ⊙ M_A) x + c)_i
 * M_l keeps a weight where the degree of its input is at most that of its unit, M_V and M_A where it is below that of the output.
 *
 * Weights (masked entries are ignored): hidden.l.weight [in, out], hidden.l.bias, output.weight [H, D·P], output.bias [D·P],
 * direct.weight [in, D·P]. The input is x for binary data, else one-hot (D·K, level innermost) or scaled to −1…1. P of a mixture of M components: 3M.
 * Several masks: see `madeEnsemble`; they share the weights.
 */
export const made: Family<MadeConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const dimensions = dimensionsOf(domain)
    const distribution = conditionalOf(config.conditionals, config.components, domain.levels)
    const perDimension = distribution.parametersPerDimension
    const degrees = madeDegrees(config, domain)
    const layers = [degrees.input, ...degrees.hidden]
    const last = layers.at(-1)!
    const oneHot = madeOneHot(config, domain)
    const activation = activations[config.activation]
    const ordering = configuredOrdering(config, domain)
    const start = conditionalStart(config.conditionals, config.components, domain, statistics)

    /** Where the mask is drawn anew, every entry may take part. */
    const parts = (from: Int32Array, to: Int32Array, rule: DegreeRule): Pick<ParameterSpec, 'parts'> => {
      const rectangles = config.masks > 1 ? null : maskedParts(from, to, rule)
      return rectangles ? { parts: rectangles } : {}
    }
    const parameters: ParameterSpec[] = degrees.hidden.flatMap((units, layer): ParameterSpec[] => {
      const inputs = layers[layer]!.length
      // About half of the inputs are masked.
      const limit = config.activation === 'tanh' ? glorotLimit(inputs / 2, units.length) : heLimit(inputs / 2)
      return [
        {
          name: `hidden.${layer}.weight`,
          shape: [inputs, units.length],
          init: { kind: 'uniform', limit },
          ...parts(layers[layer]!, units, 'at most'),
        },
        { name: `hidden.${layer}.bias`, shape: [units.length], init: { kind: 'zeros' } },
      ]
    })
    const outputs = dimensions * perDimension
    parameters.push(
      {
        name: 'output.weight',
        shape: [last.length, outputs],
        init: { kind: 'uniform', limit: glorotLimit(last.length, outputs) },
        ...parts(last, degrees.output, 'below'),
      },
      { name: 'output.bias', shape: [outputs], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } },
    )
    if (config.direct) {
      const shape = [degrees.input.length, outputs]
      parameters.push({ name: 'direct.weight', shape, init: { kind: 'zeros' }, ...parts(degrees.input, degrees.output, 'below') })
    }

    const inputOf = (x: tf.Tensor): tf.Tensor2D => {
      if (domain.levels === 2) return x as tf.Tensor2D
      if (!oneHot) return tf.sub(tf.mul(x, 2 / (domain.levels - 1)), 1) as tf.Tensor2D
      const hot = tf.cast(tf.oneHot(tf.cast(x, 'int32'), domain.levels), 'float32') // [B, D] -> [B, D, K]
      return tf.reshape(hot, [-1, dimensions * domain.levels]) as tf.Tensor2D // [B, D·K]
    }
    const conditionals: Model['conditionals'] = (named, x) => {
      const input = inputOf(x)
      let h = input
      degrees.hidden.forEach((units, layer) => {
        const product = maskedProduct(h, matrixOf(named, `hidden.${layer}.weight`), layers[layer]!, units, 'at most')
        h = activation(biasAdd(product, parameterOf(named, `hidden.${layer}.bias`))) // [B, in] -> [B, out]
      })
      let out: tf.Tensor = maskedProduct(h, matrixOf(named, 'output.weight'), last, degrees.output, 'below')
      if (config.direct) out = tf.add(out, maskedProduct(input, matrixOf(named, 'direct.weight'), degrees.input, degrees.output, 'below'))
      out = biasAdd(out, parameterOf(named, 'output.bias'))
      return tf.reshape(out, [-1, dimensions, perDimension]) // [B, D·P] -> [B, D, P]
    }
    const density = isDensity(config.conditionals)
    const model: Model = {
      parameters,
      distribution,
      ordering,
      conditionals,
      ...(density ? dequantisedObjective(distribution, conditionals) : {}),
      samplingPlan: (weights) =>
        config.conditionals === 'softmax' ? madePlan({ weights, degrees, ordering, levels: domain.levels, oneHot, distribution, config }) : null,
      sampler: (weights, batch) => madeSampler({ weights, batch, degrees, ordering, levels: domain.levels, oneHot, perDimension, config }),
    }
    return config.masks > 1 ? madeEnsemble({ model, config, domain, oneHot, inputOf }) : model
  },
}
