import type { LocalTransformerBlock } from '../../contract/inspect/blocks/localTransformer'
import { tf } from '../tensor/tf'
import { columns } from './columns'
import { accumulate } from './incremental'
import type { BuildLayer } from './layer'
import { localAttention, localAttentionAt } from './localAttention'
import { dropout, gelu, geluAt, layerNorm, layerNormAt } from './normalization'
import { pointwise } from './pointwise'
import { transformerParameters } from './transformerBlock'

/** The weights of a Transformer block (transformerBlock), over the last steps alone. */
export const localTransformerLayer: BuildLayer<LocalTransformerBlock> = ({ window, heads, feedForward, dropout: rate }, { channels }) => ({
  parameters: transformerParameters(channels, feedForward),
  apply(streams, parameter) {
    const { main, noise } = streams
    const dense = (x: tf.Tensor, name: string): tf.Tensor => pointwise(x, parameter(`${name}.weight`), parameter(`${name}.bias`))
    const norm = (x: tf.Tensor, name: string): tf.Tensor => layerNorm(x, parameter(`${name}.gain`), parameter(`${name}.bias`))
    const inputs = dense(norm(main, 'attention.norm'), 'attention.input') // [B, T, C] -> [B, T, 3C]
    const part = (index: number): tf.Tensor => columns(inputs, index * channels, channels)
    const seen = localAttention(part(0), part(1), part(2), heads, window)
    const attended = tf.add(main, dropout(dense(seen, 'attention.output'), rate, noise))
    const hidden = gelu(dense(norm(attended, 'feed.norm'), 'feed.hidden')) // [B, T, F]
    return { ...streams, main: tf.add(attended, dropout(dense(hidden, 'feed.output'), rate, noise)) }
  },
  incremental(weight, batch) {
    const dense = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
    const norm = (name: string): { gain: Float32Array; bias: Float32Array } => ({ gain: weight(`${name}.gain`), bias: weight(`${name}.bias`) })
    const [firstNorm, secondNorm] = [norm('attention.norm'), norm('feed.norm')]
    const [input, attention, hidden, last] = [dense('attention.input'), dense('attention.output'), dense('feed.hidden'), dense('feed.output')]
    const keys = new Float32Array(batch * window * channels)
    const values = new Float32Array(batch * window * channels)
    const normal = new Float32Array(channels)
    const projected = new Float32Array(3 * channels)
    const [weights, seen, features] = [new Float32Array(window), new Float32Array(channels), new Float32Array(feedForward)]
    return {
      outputs: channels,
      compute(sample, position, main, result) {
        layerNormAt(main, channels, firstNorm.gain, firstNorm.bias, normal)
        projected.set(input.bias)
        accumulate(projected, 3 * channels, normal, 0, channels, input.weight, 0)
        const place = (sample * window + (position % window)) * channels
        keys.set(projected.subarray(channels, 2 * channels), place)
        values.set(projected.subarray(2 * channels), place)
        localAttentionAt({ query: projected, keys, values, sample, position, width: channels, heads, window, weights, output: seen })
        for (let channel = 0; channel < channels; channel++) result[channel] = main[channel]! + attention.bias[channel]!
        accumulate(result, channels, seen, 0, channels, attention.weight, 0)
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
