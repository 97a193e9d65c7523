import { accumulate } from '../layers/incremental'
import type { LayerParameter, ParameterOf } from '../layers/layer'
import { glorotLimit } from '../layers/layer'
import { layerNorm, layerNormAt } from '../layers/normalization'
import { pointwise } from '../layers/pointwise'
import { rowsOf } from '../tensor/rowsOf'
import { tf } from '../tensor/tf'
import type { Parameters, ParameterSpec, Weights } from './model'
import { parameterOf } from './parameterOf'

/** Parts that the models of pairs share, as tensors and as plain numbers. Names of parameters are relative to the part. */

export const denseParameters = (name: string, inputs: number, outputs: number, limit = glorotLimit(inputs, outputs)): LayerParameter[] => [
  { name: `${name}.weight`, shape: [inputs, outputs], init: { kind: 'uniform', limit } },
  { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' } },
]

export const prefixed = (prefix: string, parameters: readonly LayerParameter[]): ParameterSpec[] =>
  parameters.map((parameter) => ({ ...parameter, name: `${prefix}.${parameter.name}` }))

/** The parameters of a part by their relative names. */
export const within =
  (parameters: Parameters, prefix: string): ParameterOf =>
  (name) =>
    parameterOf(parameters, `${prefix}.${name}`)

export type NumbersOf = (name: string) => Float32Array
export const numbersWithin =
  (weights: Weights, prefix: string): NumbersOf =>
  (name) =>
    weights.get(`${prefix}.${name}`)!.data

export const dense = (x: tf.Tensor, of: ParameterOf, name: string): tf.Tensor => pointwise(x, of(`${name}.weight`), of(`${name}.bias`))
export const norm = (x: tf.Tensor, of: ParameterOf, name: string): tf.Tensor => layerNorm(x, of(`${name}.gain`), of(`${name}.bias`))

export interface PlainDense {
  weight: Float32Array
  bias: Float32Array
}
export const plainDense = (of: NumbersOf, name: string): PlainDense => ({ weight: of(`${name}.weight`), bias: of(`${name}.bias`) })

/** output = bias + input · weight, or added to what is there. */
export function denseAt(input: Float32Array, inputs: number, { weight, bias }: PlainDense, output: Float32Array, plus = false): void {
  if (plus) for (let index = 0; index < bias.length; index++) output[index] = output[index]! + bias[index]!
  else output.set(bias)
  accumulate(output, bias.length, input, 0, inputs, weight, 0)
}

export interface PlainNorm {
  gain: Float32Array
  bias: Float32Array
}
export const plainNorm = (of: NumbersOf, name: string): PlainNorm => ({ gain: of(`${name}.gain`), bias: of(`${name}.bias`) })
export const normAt = (x: Float32Array, { gain, bias }: PlainNorm, output: Float32Array): void => layerNormAt(x, gain.length, gain, bias, output)

/** Vectors of the levels [K, C] for source and target, and one for the start of the target. */
export const embeddingParameters = (levels: number, channels: number): ParameterSpec[] => [
  { name: 'source.embedding', shape: [levels, channels], init: { kind: 'normal', standardDeviation: 0.5 } },
  { name: 'target.embedding', shape: [levels, channels], init: { kind: 'normal', standardDeviation: 0.5 } },
  { name: 'target.start', shape: [channels], init: { kind: 'zeros' } },
]

/** Levels [B, N] -> [B, N, C] */
export const embedded = (parameters: Parameters, levels: tf.Tensor): tf.Tensor => rowsOf(parameterOf(parameters, 'source.embedding'), tf.cast(levels, 'int32'))

/** Targets [B, T] -> [B, T, C]: at each position the vector of the level before it, at the first one that of the start. */
export function embeddedBefore(parameters: Parameters, target: tf.Tensor): tf.Tensor {
  const [batch, length] = target.shape as [number, number]
  const first = tf.mul(tf.ones([batch, 1, 1]), parameterOf(parameters, 'target.start')) // [B, 1, C]
  const before = tf.cast(tf.slice(target, [0, 0], [batch, length - 1]), 'int32')
  return tf.concat([first, rowsOf(parameterOf(parameters, 'target.embedding'), before)], 1)
}

/** The same of one character, −1 at the start. */
export function embeddedBeforeAt(weights: Weights, before: number, output: Float32Array): void {
  const channels = output.length
  output.set(before < 0 ? weights.get('target.start')!.data : weights.get('target.embedding')!.data.subarray(before * channels, (before + 1) * channels))
}
