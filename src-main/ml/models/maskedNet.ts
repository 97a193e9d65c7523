import { glorotLimit, heLimit } from '../layers/layer'
import { linear, matMul } from '../tensor/linear'
import { biasAdd, relu, sigmoid, tanh } from '../tensor/ops'
import { rowsOf } from '../tensor/rowsOf'
import { tf } from '../tensor/tf'
import type { ParameterSpec, Parameters } from './model'
import { parameterOf } from './parameterOf'

const activations = { relu, tanh, sigmoid }

/** A deep net that is given (x ⊙ m, m) and answers the parameters of every dimension's conditional given the observed ones. */
export interface MaskedNet {
  /** D */
  dimensions: number
  /** Units of the hidden layers. */
  hidden: readonly number[]
  activation: keyof typeof activations
  /** K where a level picks one of K rows of weights; null where it enters as a number. */
  levels: number | null
  /** P, parameters of a conditional. */
  outputs: number
  /** What the names of its parameters begin with. */
  prefix: string
}

/**
 * hidden.0.weight [D, H] (one-hot: [D·K, H], level innermost), mask.weight [D, H], hidden.l.weight [in, out], hidden.l.bias; output.weight [D·P, H], rows by
 * dimension. The bias of the output is the family's.
 */
export function maskedNetParameters({ dimensions, hidden, activation, levels, outputs, prefix }: MaskedNet): ParameterSpec[] {
  // In the mean half of the dimensions are observed.
  const inputs = dimensions / 2
  const limit = (from: number, to: number): number => (activation === 'relu' ? heLimit(from) : glorotLimit(from, to))
  const first = hidden[0]!
  const last = hidden.at(-1)!
  return [
    { name: `${prefix}hidden.0.weight`, shape: [dimensions * (levels ?? 1), first], init: { kind: 'uniform', limit: limit(inputs, first) } },
    { name: `${prefix}mask.weight`, shape: [dimensions, first], init: { kind: 'uniform', limit: limit(inputs, first) / 4 } },
    { name: `${prefix}hidden.0.bias`, shape: [first], init: { kind: 'zeros' } },
    ...hidden.slice(1).flatMap((units, index): ParameterSpec[] => [
      { name: `${prefix}hidden.${index + 1}.weight`, shape: [hidden[index]!, units], init: { kind: 'uniform', limit: limit(hidden[index]!, units) } },
      { name: `${prefix}hidden.${index + 1}.bias`, shape: [units], init: { kind: 'zeros' } },
    ]),
    { name: `${prefix}output.weight`, shape: [dimensions * outputs, last], init: { kind: 'uniform', limit: glorotLimit(last, dimensions) } },
  ]
}

/** Hidden layers after the first. activation of the first [rows, H] -> [rows, H_L] */
function deeperLayers(net: MaskedNet, named: Parameters, preactivation: tf.Tensor): tf.Tensor {
  const activation = activations[net.activation]
  let h = activation(preactivation)
  for (let layer = 1; layer < net.hidden.length; layer++)
    h = activation(linear(h, parameterOf(named, `${net.prefix}hidden.${layer}.weight`), parameterOf(named, `${net.prefix}hidden.${layer}.bias`)))
  return h
}

/** All conditionals given one mask: input x [B, D] (levels, or numbers), observed [B, D] of ones and zeros -> [B, D, P]. */
export function maskedOutputs(net: MaskedNet, named: Parameters, x: tf.Tensor, observed: tf.Tensor): tf.Tensor {
  const { dimensions, levels, outputs, prefix } = net
  const shown =
    levels === null
      ? tf.mul(x, observed) // [B, D]
      : tf.reshape(tf.mul(tf.cast(tf.oneHot(tf.cast(x, 'int32'), levels), 'float32'), tf.expandDims(observed, 2)), [-1, dimensions * levels]) // [B, D, K] -> [B, D·K]
  const values = linear(shown, parameterOf(named, `${prefix}hidden.0.weight`), parameterOf(named, `${prefix}hidden.0.bias`))
  const h = deeperLayers(net, named, tf.add(values, matMul(observed, parameterOf(named, `${prefix}mask.weight`)))) // [B, H]
  return tf.reshape(matMul(h, parameterOf(named, `${prefix}output.weight`), false, true), [-1, dimensions, outputs])
}

/** [k, k] of ones below the diagonal. */
function strictlyLower(size: number): tf.Tensor2D {
  const step = tf.range(0, size, 1, 'int32')
  return tf.cast(tf.greater(tf.expandDims(step, 1), tf.expandDims(step, 0)), 'float32') as tf.Tensor2D
}

/** Steps of the chain that are evaluated together. */
const STEPS_TOGETHER = 28

/**
 * The conditional of each dimension given those before it in an ordering, x [B, D] in the raster -> [D, B, P], dimensions in the order of generation.
 * The first layer's activations are cumulative sums of the rows of its weights, so only the layers above it are computed D times.
 */
export function chainOutputs(net: MaskedNet, named: Parameters, x: tf.Tensor, ordering: Int32Array): tf.Tensor {
  const { dimensions, levels, outputs, hidden, prefix } = net
  const batch = x.shape[0]!
  const first = hidden[0]!
  const last = hidden.at(-1)!
  const weight = parameterOf(named, `${prefix}hidden.0.weight`)
  const maskWeight = parameterOf(named, `${prefix}mask.weight`)
  const outputWeight = tf.reshape(parameterOf(named, `${prefix}output.weight`), [dimensions, outputs, last])
  const values = tf.transpose(x) // [D, B]
  const parts: tf.Tensor[] = []
  let carried: tf.Tensor = biasAdd(tf.zeros([batch, first]), parameterOf(named, `${prefix}hidden.0.bias`)) // [B, H]
  for (let from = 0; from < dimensions; from += STEPS_TOGETHER) {
    const chosen = ordering.slice(from, from + STEPS_TOGETHER)
    const size = chosen.length
    const before = carried
    const [part, next] = tf.tidy((): tf.Tensor[] => {
      const rows = tf.tensor1d(chosen, 'int32')
      const own = tf.gather(values, rows) // [k, B]
      const shown =
        levels === null
          ? tf.mul(tf.expandDims(own, 2), tf.expandDims(tf.gather(weight, rows), 1)) // [k, B, 1] · [k, 1, H]
          : rowsOf(weight, tf.add(tf.cast(own, 'int32'), tf.expandDims(tf.tensor1d(chosen.map((dimension) => dimension * levels), 'int32'), 1))) // rows of [D·K, H] -> [k, B, H]
      const added = tf.add(shown, tf.expandDims(tf.gather(maskWeight, rows), 1)) // [k, B, H]
      const inside = matMul(strictlyLower(size), tf.reshape(added, [size, batch * first])) // earlier ones of the block
      const activation = tf.add(tf.reshape(inside, [size, batch, first]), tf.expandDims(before, 0))
      const h = tf.reshape(deeperLayers(net, named, tf.reshape(activation, [size * batch, first])), [size, batch, last])
      const output = tf.matMul(h, tf.gather(outputWeight, rows), false, true) // [k, B, H] · [k, H, P] -> [k, B, P]
      return [output, tf.add(before, tf.sum(added, 0))]
    })
    parts.push(part!)
    carried = next!
  }
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0)
}

/** [rows, H] activations of the first layer, not yet through its nonlinearity -> the net's last hidden layer, for samplers. */
export const hiddenOfActivation = deeperLayers

/** The number that a level enters as where it does not pick a row: 0 or 1, or in −1…1. */
export const scaledLevel = (levels: number): { scale: number; shift: number } => (levels === 2 ? { scale: 1, shift: 0 } : { scale: 2 / (levels - 1), shift: -1 })
