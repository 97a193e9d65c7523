import { dimensionsOf } from '../../contract/domain'
import type { TransformerPairsConfig } from '../../contract/inspect/transformerPairs'
import { transformerPairs as description } from '../../contract/inspect/transformerPairs'
import { END } from '../../contract/text'
import { causalAttention, softmax } from '../layers/attention'
import { columns } from '../layers/columns'
import type { LayerParameter, ParameterOf } from '../layers/layer'
import { glorotLimit } from '../layers/layer'
import { dropout, gelu } from '../layers/normalization'
import { normParameters } from '../layers/transformerNet'
import { cumsum } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Family, Noise, Parameters } from './model'
import { buildPairModel } from './pairModel'
import type { PairNet } from './pairModel'
import { dense, denseParameters, embedded, embeddedBefore, embeddingParameters, norm, prefixed, within } from './pairParts'
import { sinusoids, transformerPairDecoder } from './transformerPairDecoder'
import type { PairSizes } from './transformerPairDecoder'

/**
 * The Transformer of Vaswani et al. (2017): an encoder whose positions attend to the whole source, and a decoder whose positions attend to
 * themselves and those before, and then to the encoder. Sinusoidal positions; layer norm before each part, which trains without a warm-up.
 *
 * Weights: source.embedding, target.embedding [K, C], target.start [C]; encoder.N: attention.norm, attention.input [C, 3C], attention.output [C, C],
 * feed.norm, feed.hidden [C, F], feed.output [F, C]; decoder.N: the same and cross.norm, cross.query [C, C], cross.source [C, 2C] to keys and
 * values, cross.output [C, C]; encoder.norm, output.norm [C], output [C, K].
 */
export const transformerPairs: Family<TransformerPairsConfig> = {
  description,
  build: (config, domain) => buildPairModel(netOf(config, { levels: domain.levels, sources: domain.text?.source ?? 0, dimensions: dimensionsOf(domain) }), domain),
}

function netOf(config: TransformerPairsConfig, sizes: PairSizes): PairNet {
  const { channels, layers, heads, feedForward, dropout: rate } = config
  const { levels } = sizes
  const inner = feedForward * channels
  const half = (inputs: number, outputs: number): number => glorotLimit(inputs, outputs) / 2
  const feed: LayerParameter[] = [
    ...normParameters('feed.norm', channels),
    ...denseParameters('feed.hidden', channels, inner),
    ...denseParameters('feed.output', inner, channels, half(inner, channels)),
  ]
  const attention: LayerParameter[] = [
    ...normParameters('attention.norm', channels),
    ...denseParameters('attention.input', channels, 3 * channels, glorotLimit(channels, channels)),
    ...denseParameters('attention.output', channels, channels, half(channels, channels)),
  ]
  const cross: LayerParameter[] = [
    ...normParameters('cross.norm', channels),
    ...denseParameters('cross.query', channels, channels),
    ...denseParameters('cross.source', channels, 2 * channels, glorotLimit(channels, channels)),
    ...denseParameters('cross.output', channels, channels, half(channels, channels)),
  ]
  const each = Array.from({ length: layers }, (_value, index) => index)
  const part = (x: tf.Tensor, index: number): tf.Tensor => columns(x, index * channels, channels)
  const positioned = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, Math.sqrt(channels)), tf.reshape(tf.tensor1d(sinusoids(x.shape[1]!, channels)), [1, x.shape[1]!, channels]))
  const fed = (x: tf.Tensor, of: ParameterOf, noise?: Noise): tf.Tensor =>
    tf.add(x, dropout(dense(gelu(dense(norm(x, of, 'feed.norm'), of, 'feed.hidden')), of, 'feed.output'), rate, noise))

  /** Sources [B, S] -> [B, S, C], and what hides the positions after their end [B, 1, 1, S]. */
  const encoded = (parameters: Parameters, source: tf.Tensor, noise?: Noise): { memory: tf.Tensor; hidden: tf.Tensor } => {
    const [batch, length] = source.shape as [number, number]
    const ended = tf.minimum(cumsum(tf.cast(tf.equal(source, END), 'float32'), 1, { exclusive: true }), 1)
    const hidden = tf.reshape(tf.mul(ended, -1e9), [batch, 1, 1, length])
    let x = positioned(embedded(parameters, source))
    for (const index of each) {
      const of = within(parameters, `encoder.${index}`)
      const inputs = dense(norm(x, of, 'attention.norm'), of, 'attention.input') // [B, S, 3C]
      const seen = attend(part(inputs, 0), part(inputs, 1), part(inputs, 2), heads, hidden)
      x = fed(tf.add(x, dropout(dense(seen, of, 'attention.output'), rate, noise)), of, noise)
    }
    return { memory: norm(x, (name) => parameters[name]!, 'encoder.norm'), hidden }
  }
  return {
    drops: rate > 0,
    parameters: [
      ...embeddingParameters(levels, channels),
      ...each.flatMap((index) => prefixed(`encoder.${index}`, [...attention, ...feed])),
      ...normParameters('encoder.norm', channels),
      ...each.flatMap((index) => prefixed(`decoder.${index}`, [...attention, ...cross, ...feed])),
      ...normParameters('output.norm', channels),
      ...denseParameters('output', channels, levels, half(channels, levels)),
    ],
    logits(parameters, source, target, noise) {
      const { memory, hidden } = encoded(parameters, source, noise)
      let x = positioned(embeddedBefore(parameters, target)) // [B, T, C]
      for (const index of each) {
        const of = within(parameters, `decoder.${index}`)
        const inputs = dense(norm(x, of, 'attention.norm'), of, 'attention.input') // [B, T, 3C]
        const own = causalAttention(part(inputs, 0), part(inputs, 1), part(inputs, 2), heads, false)
        x = tf.add(x, dropout(dense(own, of, 'attention.output'), rate, noise))
        const kept = dense(memory, of, 'cross.source') // [B, S, 2C]
        const across = attend(dense(norm(x, of, 'cross.norm'), of, 'cross.query'), part(kept, 0), part(kept, 1), heads, hidden)
        x = fed(tf.add(x, dropout(dense(across, of, 'cross.output'), rate, noise)), of, noise)
      }
      const whole = (name: string): tf.Tensor => parameters[name]!
      return dense(norm(x, whole, 'output.norm'), whole, 'output') // [B, T, K]
    },
    decoder: (weights, batch, source) => transformerPairDecoder({ config, sizes, weights, batch, source, encoded: (parameters, levelsOf) => encoded(parameters, levelsOf).memory }),
  }
}

/** softmax_j(q_i · k_j / √d + hidden_j) v_j for each head: queries [B, N, C], keys and values [B, M, C], hidden [B, 1, 1, M] -> [B, N, C]. */
function attend(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, heads: number, hidden: tf.Tensor): tf.Tensor {
  const [batch, positions, width] = queries.shape as [number, number, number]
  const size = width / heads
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [batch, x.shape[1]!, heads, size]), [0, 2, 1, 3]) // [B, h, N, d]
  const scores = tf.matMul(split(tf.mul(queries, 1 / Math.sqrt(size))), split(keys), false, true) // [B, h, N, M]
  const seen = tf.matMul(softmax(tf.add(scores, hidden)), split(values)) // [B, h, N, d]
  return tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch, positions, width])
}
