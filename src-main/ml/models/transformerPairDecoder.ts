import type { TransformerPairsConfig } from '../../contract/inspect/transformerPairs'
import { END } from '../../contract/text'
import { attendAt } from '../layers/attention'
import { geluAt } from '../layers/normalization'
import { tf } from '../tensor/tf'
import type { Parameters, Weights } from './model'
import type { PairDecoder } from './pairModel'
import { tensorsOf } from './pairModel'
import { dense, denseAt, embeddedBeforeAt, normAt, numbersWithin, plainDense, plainNorm, within } from './pairParts'

export interface PairSizes {
  levels: number
  sources: number
  dimensions: number
}

interface Decoding {
  config: TransformerPairsConfig
  sizes: PairSizes
  weights: Weights
  batch: number
  /** Levels of the sources [batch × S]. */
  source: Float32Array
  /** What the encoder makes of sources [B, S], [B, S, C]. */
  encoded: (parameters: Parameters, source: tf.Tensor) => tf.Tensor
}

/** One character of the target after the other: keys and values of those before are kept, and those of the source are made once. */
export function transformerPairDecoder({ config, sizes, weights, batch, source, encoded }: Decoding): PairDecoder {
  const { channels, layers, heads, feedForward } = config
  const { sources } = sizes
  const targets = sizes.dimensions - sources
  const inner = feedForward * channels
  const memories = tf.tidy(() => {
    const parameters = tensorsOf(weights)
    const memory = encoded(parameters, tf.tensor2d(source, [batch, sources]))
    return Array.from({ length: layers }, (_value, index) => {
      const kept = dense(memory, within(parameters, `decoder.${index}`), 'cross.source') // [B, S, 2C]
      const half = (from: number): Float32Array => tf.slice(kept, [0, 0, from], [batch, sources, channels]).dataSync() as Float32Array
      return { keys: half(0), values: half(channels) }
    })
  })
  /** Characters of each source with its end: what attention sees. */
  const lengths = Array.from({ length: batch }, (_value, sample) => {
    const end = source.subarray(sample * sources, (sample + 1) * sources).indexOf(END)
    return end < 0 ? sources : end + 1
  })
  const blocks = Array.from({ length: layers }, (_value, index) => {
    const of = numbersWithin(weights, `decoder.${index}`)
    return {
      attentionNorm: plainNorm(of, 'attention.norm'), input: plainDense(of, 'attention.input'), output: plainDense(of, 'attention.output'),
      crossNorm: plainNorm(of, 'cross.norm'), query: plainDense(of, 'cross.query'), crossOutput: plainDense(of, 'cross.output'),
      feedNorm: plainNorm(of, 'feed.norm'), hidden: plainDense(of, 'feed.hidden'), last: plainDense(of, 'feed.output'),
      keys: new Float32Array(batch * targets * channels), values: new Float32Array(batch * targets * channels), ...{ memory: memories[index]! },
    }
  })
  const whole = (name: string): Float32Array => weights.get(name)!.data
  const [outputNorm, output] = [plainNorm(whole, 'output.norm'), plainDense(whole, 'output')]
  const positions = sinusoids(targets, channels)
  const scale = Math.sqrt(channels)
  const [x, normal, projected, query] = [new Float32Array(channels), new Float32Array(channels), new Float32Array(3 * channels), new Float32Array(channels)]
  const [seen, features, scores] = [new Float32Array(channels), new Float32Array(inner), new Float32Array(Math.max(sources, targets))]
  return {
    step(sample, position, before, logits) {
      embeddedBeforeAt(weights, before, x)
      for (let channel = 0; channel < channels; channel++) x[channel] = x[channel]! * scale + positions[position * channels + channel]!
      for (const block of blocks) {
        normAt(x, block.attentionNorm, normal)
        denseAt(normal, channels, block.input, projected)
        const from = sample * targets * channels
        block.keys.set(projected.subarray(channels, 2 * channels), from + position * channels)
        block.values.set(projected.subarray(2 * channels), from + position * channels)
        attendAt({ query: projected, keys: block.keys, values: block.values, from, count: position + 1, width: channels, heads, weights: scores, output: seen })
        denseAt(seen, channels, block.output, x, true)
        normAt(x, block.crossNorm, normal)
        denseAt(normal, channels, block.query, query)
        attendAt({ query, ...block.memory, from: sample * sources * channels, count: lengths[sample]!, width: channels, heads, weights: scores, output: seen })
        denseAt(seen, channels, block.crossOutput, x, true)
        normAt(x, block.feedNorm, normal)
        denseAt(normal, channels, block.hidden, features)
        for (let index = 0; index < inner; index++) features[index] = geluAt(features[index]!)
        denseAt(features, inner, block.last, x, true)
      }
      normAt(x, outputNorm, normal)
      denseAt(normal, channels, output, logits)
    },
  }
}

/** PE(t, 2i) = sin(t / 10000^(2i/C)), PE(t, 2i + 1) = cos of the same: [N × C]. */
export function sinusoids(length: number, channels: number): Float32Array {
  return Float32Array.from({ length: length * channels }, (_value, at) => {
    const [position, channel] = [Math.floor(at / channels), at % channels]
    const angle = position / 10_000 ** ((channel - (channel % 2)) / channels)
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  })
}
