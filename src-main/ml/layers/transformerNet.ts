import { tf } from '../tensor/tf'
import { columns } from './columns'
import { accumulate } from './incremental'
import type { Layer, LayerParameter } from './layer'
import { glorotLimit } from './layer'
import { dropout, gelu, geluAt, layerNorm, layerNormAt } from './normalization'
import { pointwise } from './pointwise'

/** How the positions of a sequence attend to one another. */
export interface Attending {
  /** Queries, keys, values [B, T, C] -> [B, T, C] */
  attend(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor): tf.Tensor
  /** One position at a time, for `batch` samples, each of which comes in its order: what it sees [C], from its query, key and value [3C]. */
  incremental(batch: number): (sample: number, position: number, projected: Float32Array, seen: Float32Array) => void
}

export const normParameters = (name: string, channels: number): LayerParameter[] => [
  { name: `${name}.gain`, shape: [channels], init: { kind: 'constant', value: 1 } },
  { name: `${name}.bias`, shape: [channels], init: { kind: 'zeros' } },
]

const denseParameters = (name: string, inputs: number, outputs: number, limit = glorotLimit(inputs, outputs)): LayerParameter[] => [
  { name: `${name}.weight`, shape: [inputs, outputs], init: { kind: 'uniform', limit } },
  { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' } },
]

interface Sizes {
  channels: number
  /** F */
  feedForward: number
  /** Share of activations dropped while training. */
  dropout: number
}

/**
 * h + Attention(LN(h)), then h + W₂ GELU(W₁ LN(h)), whatever the attention:
 * attention.norm [C], attention.input [C, 3C] to queries, keys and values, attention.output [C, C]; feed.norm [C], feed.hidden [C, F],
 * feed.output [F, C]; each with its bias.
 */
export const transformerNet = ({ channels, feedForward, dropout: rate }: Sizes, attending: Attending): Layer => ({
  parameters: [
    ...normParameters('attention.norm', channels),
    ...denseParameters('attention.input', channels, 3 * channels, glorotLimit(channels, channels)),
    // Half of the usual size, so that the sum over blocks does not grow with their number.
    ...denseParameters('attention.output', channels, channels, glorotLimit(channels, channels) / 2),
    ...normParameters('feed.norm', channels),
    ...denseParameters('feed.hidden', channels, feedForward),
    ...denseParameters('feed.output', feedForward, channels, glorotLimit(feedForward, channels) / 2),
  ],
  apply(streams, parameter) {
    const { main, noise } = streams
    const dense = (x: tf.Tensor, name: string): tf.Tensor => pointwise(x, parameter(`${name}.weight`), parameter(`${name}.bias`))
    const norm = (x: tf.Tensor, name: string): tf.Tensor => layerNorm(x, parameter(`${name}.gain`), parameter(`${name}.bias`))
    const inputs = dense(norm(main, 'attention.norm'), 'attention.input') // [B, T, C] -> [B, T, 3C]
    const part = (index: number): tf.Tensor => columns(inputs, index * channels, channels)
    const seen = attending.attend(part(0), part(1), part(2))
    const attended = tf.add(main, dropout(dense(seen, 'attention.output'), rate, noise))
    const hidden = gelu(dense(norm(attended, 'feed.norm'), 'feed.hidden')) // [B, T, F]
    return { ...streams, main: tf.add(attended, dropout(dense(hidden, 'feed.output'), rate, noise)) }
  },
  incremental(weight, batch) {
    const dense = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
    const norm = (name: string): { gain: Float32Array; bias: Float32Array } => ({ gain: weight(`${name}.gain`), bias: weight(`${name}.bias`) })
    const [firstNorm, secondNorm] = [norm('attention.norm'), norm('feed.norm')]
    const [input, output, hidden, last] = [dense('attention.input'), dense('attention.output'), dense('feed.hidden'), dense('feed.output')]
    const attend = attending.incremental(batch)
    const [normal, projected] = [new Float32Array(channels), new Float32Array(3 * channels)]
    const [seen, features] = [new Float32Array(channels), new Float32Array(feedForward)]
    return {
      outputs: channels,
      compute(sample, position, main, result) {
        layerNormAt(main, channels, firstNorm.gain, firstNorm.bias, normal)
        projected.set(input.bias)
        accumulate(projected, 3 * channels, normal, 0, channels, input.weight, 0)
        attend(sample, position, projected, seen)
        for (let channel = 0; channel < channels; channel++) result[channel] = main[channel]! + output.bias[channel]!
        accumulate(result, channels, seen, 0, channels, output.weight, 0)
        layerNormAt(result, channels, secondNorm.gain, secondNorm.bias, normal)
        features.set(hidden.bias)
        accumulate(features, feedForward, normal, 0, channels, hidden.weight, 0)
        for (let index = 0; index < feedForward; index++) features[index] = geluAt(features[index]!)
        for (let channel = 0; channel < channels; channel++) result[channel] = result[channel]! + last.bias[channel]!
        accumulate(result, channels, features, 0, feedForward, last.weight, 0)
      },
    }
  },
})
