import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { isDensity } from '../../contract/inspect/conditionalKinds'
import { madeSchema } from '../../contract/inspect/made'
import { madeDegrees, madeOneHot } from '../../contract/inspect/madeDegrees'
import type { ModelDocument } from '../../contract/records/model'
import { maskedProduct } from '../layers/maskedProduct'
import type { Parameters } from '../models/model'
import { parameterOf } from '../models/parameterOf'
import { biasAdd, relu, softplus, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'

/** The hidden layers of a family that describes an example by them. */
export interface FeatureLayers {
  /** From the input on. */
  names: string[]
  explanation: string
  /** Activations of every layer under the parameters: x [B, D] levels -> each [B, units]. */
  of(parameters: Parameters, x: tf.Tensor): tf.Tensor[]
}

/** Families whose hidden layer is one vector for the whole example. */
export const featureFamilies = ['nade', 'made'] as const

/** Null for families without a hidden vector of the whole example. */
export function featureLayers({ family, config }: ModelDocument, domain: Domain): FeatureLayers | null {
  if (family === 'nade') return nadeLayers()
  return family === 'made' ? madeLayers(config, domain) : null
}

/** h = σ(c + Σ_j W_j x_j): NADE's hidden layer once every dimension is known. */
function nadeLayers(): FeatureLayers {
  return {
    names: ['hidden'],
    explanation: 'h = σ(c + Σ_j W_j x_j), the hidden layer once every dimension is known',
    of: (parameters, x) => [
      tf.sigmoid(biasAdd(tf.matMul(x as tf.Tensor2D, parameterOf(parameters, 'W') as tf.Tensor2D), parameterOf(parameters, 'c'))),
    ],
  }
}

/** h_l = g((W_l ⊙ M_l) h_{l−1} + b_l), under the first mask. */
function madeLayers(config: unknown, domain: Domain): FeatureLayers | null {
  const parsed = madeSchema.parse(config)
  if (isDensity(parsed.conditionals)) return null
  const degrees = madeDegrees(parsed, domain)
  const layers = [degrees.input, ...degrees.hidden]
  const activation = { relu, tanh, softplus }[parsed.activation]
  const D = dimensionsOf(domain)
  const inputOf = (x: tf.Tensor): tf.Tensor => {
    if (domain.levels === 2) return x
    if (!madeOneHot(parsed, domain)) return tf.sub(tf.mul(x, 2 / (domain.levels - 1)), 1)
    return tf.reshape(tf.cast(tf.oneHot(tf.cast(x, 'int32'), domain.levels), 'float32'), [-1, D * domain.levels]) // [B, D] -> [B, D·K]
  }
  return {
    names: degrees.hidden.map((_units, layer) => `hidden.${layer}`),
    explanation: 'h_l = g((W_l ⊙ M_l) h_{l−1} + b_l) under the first mask: each unit sees the dimensions up to its degree',
    of(parameters, x) {
      const activations: tf.Tensor[] = []
      let h = inputOf(x)
      degrees.hidden.forEach((units, layer) => {
        const product = maskedProduct(h as tf.Tensor2D, parameterOf(parameters, `hidden.${layer}.weight`), layers[layer]!, units, 'at most')
        h = activation(biasAdd(product, parameterOf(parameters, `hidden.${layer}.bias`)))
        activations.push(h)
      })
      return activations
    },
  }
}
