import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { LayerParameter } from './layer'

/**
 * Weight normalisation (Salimans & Kingma 2016): W = g · v / ‖v‖, the norm over all but the last axis, so one direction and one length for
 * each output. v [..., in, out] is kept as `weight`, g [out] as `gain`, beside the `bias` [out].
 */
export const weightNormParameters = (name: string, shape: readonly number[]): LayerParameter[] => [
  { name: `${name}.weight`, shape: [...shape], init: { kind: 'normal', standardDeviation: 0.05 } },
  { name: `${name}.gain`, shape: [shape.at(-1)!], init: { kind: 'constant', value: 1 } },
  { name: `${name}.bias`, shape: [shape.at(-1)!], init: { kind: 'zeros' } },
]

/**
 * A linear map by its name: `apply` makes it of a weight. Either with what the parameters say, or while they are set from data (below).
 * `scale` is the standard deviation that each output shall start with.
 */
export type Normalised = (name: string, apply: (weight: tf.Tensor) => tf.Tensor, scale?: number) => tf.Tensor

const direction = (weight: tf.Tensor): tf.Tensor => {
  const axes = weight.shape.slice(0, -1).map((_size, axis) => axis)
  return tf.mul(weight, tf.rsqrt(tf.sum(tf.square(weight), axes)))
}

export const normalisedBy =
  (parameter: (name: string) => tf.Tensor): Normalised =>
  (name, apply) =>
    biasAdd(apply(tf.mul(direction(parameter(`${name}.weight`)), parameter(`${name}.gain`))), parameter(`${name}.bias`))

/** The same on plain numbers. */
export function normalisedWeight(weight: Float32Array, gain: Float32Array): Float32Array {
  const outputs = gain.length
  const squares = new Float64Array(outputs)
  weight.forEach((value, index) => {
    squares[index % outputs] = squares[index % outputs]! + value * value
  })
  return weight.map((value, index) => (value * gain[index % outputs]!) / Math.sqrt(squares[index % outputs]!))
}

export interface DataDependentStart {
  gain: Float32Array
  bias: Float32Array
}

/**
 * Sets gain and bias so that on the given batch every output has mean 0 and standard deviation `scale`; what follows sees outputs that are
 * set already. Reads tensors back: for initialisation, never in a traced step. The answers are collected in `found`.
 */
export const normalisedByData =
  (weightOf: (name: string) => tf.Tensor, found: Map<string, DataDependentStart>): Normalised =>
  (name, apply, scale = 1) => {
    const y = apply(direction(weightOf(`${name}.weight`)))
    const axes = y.shape.slice(0, -1).map((_size, axis) => axis)
    const { mean, variance } = tf.moments(y, axes)
    const gain = tf.div(scale, tf.sqrt(tf.add(variance, 1e-8)))
    // Where the batch says nothing (an input that is constant), the length stays moderate.
    const bounded = tf.minimum(gain, 10)
    const bias = tf.neg(tf.mul(mean, bounded))
    found.set(name, { gain: (bounded.dataSync() as Float32Array).slice(), bias: (bias.dataSync() as Float32Array).slice() })
    return tf.add(tf.mul(y, bounded), bias)
  }
