import { dimensionsOf } from '../../contract/domain'
import type { BytenetPairsConfig } from '../../contract/inspect/bytenetPairs'
import { bytenetPairs as description, bytenetPairsBlocks } from '../../contract/inspect/bytenetPairs'
import { bytenetNet, centred } from '../layers/bytenetResidual'
import { glorotLimit } from '../layers/layer'
import { normParameters } from '../layers/transformerNet'
import { tf } from '../tensor/tf'
import type { Family, Parameters, Weights } from './model'
import type { PairDecoder, PairNet } from './pairModel'
import { buildPairModel, tensorsOf } from './pairModel'
import { dense, denseAt, denseParameters, embedded, embeddedBefore, embeddedBeforeAt, embeddingParameters, norm, normAt, numbersWithin, plainDense, plainNorm, prefixed, within } from './pairParts'

/**
 * ByteNet (Kalchbrenner et al. 2016): an encoder of dilated convolutions that see both sides, and on top of it a decoder of causal ones. The
 * representation of the source keeps its resolution, and the decoder unfolds over it step by step (section 3.1): at step t it is given column t of
 * the encoder beside the character before, until it ends its target. Here a = 1 and b = what fills the source up to the longest target.
 *
 * Weights: source.embedding, target.embedding [K, C], target.start [C]; encoder.N and decoder.N (ml/layers/bytenetResidual); join [2C, C];
 * output.norm [C], output [C, K].
 */
export const bytenetPairs: Family<BytenetPairsConfig> = {
  description,
  build: (config, domain) => buildPairModel(netOf(config, { levels: domain.levels, sources: domain.text?.source ?? 0, dimensions: dimensionsOf(domain) }), domain),
}

function netOf(config: BytenetPairsConfig, { levels, sources, dimensions }: { levels: number; sources: number; dimensions: number }): PairNet {
  const { channels } = config
  const targets = dimensions - sources
  const columns = Math.max(sources, targets)
  const blocks = bytenetPairsBlocks(config)
  const encoder = blocks.encoder.map((sizes) => bytenetNet(sizes, channels, centred(sizes)))
  const decoder = blocks.decoder.map((sizes) => bytenetNet(sizes, channels))
  const part = (name: string, index: number): string => `${name}.${index}`

  /** Sources [B, S] -> columns that the decoder unfolds over, [B, T, C]. */
  const encoded = (parameters: Parameters, source: tf.Tensor, noise?: { uniform(shape: number[]): tf.Tensor }): tf.Tensor => {
    const batch = source.shape[0]!
    const filled = columns > sources ? tf.concat([source, tf.zeros([batch, columns - sources])], 1) : source
    let main = embedded(parameters, filled) // [B, N, C]
    encoder.forEach((layer, index) => (main = layer.apply({ main, skip: null, ...(noise ? { noise } : {}) }, within(parameters, part('encoder', index))).main))
    return columns > targets ? tf.slice(main, [0, 0, 0], [batch, targets, channels]) : main
  }
  return {
    drops: config.dropout > 0,
    parameters: [
      ...embeddingParameters(levels, channels),
      ...encoder.flatMap((layer, index) => prefixed(part('encoder', index), layer.parameters)),
      ...denseParameters('join', 2 * channels, channels),
      ...decoder.flatMap((layer, index) => prefixed(part('decoder', index), layer.parameters)),
      ...normParameters('output.norm', channels),
      ...denseParameters('output', channels, levels, glorotLimit(channels, levels) / 2),
    ],
    logits(parameters, source, target, noise) {
      const own = (name: string): tf.Tensor => parameters[name]!
      let main = dense(tf.concat([encoded(parameters, source, noise), embeddedBefore(parameters, target)], 2), own, 'join') // [B, T, 2C] -> [B, T, C]
      decoder.forEach((layer, index) => (main = layer.apply({ main, skip: null, ...(noise ? { noise } : {}) }, within(parameters, part('decoder', index))).main))
      return dense(norm(main, own, 'output.norm'), own, 'output') // [B, T, K]
    },
    decoder: (weights, batch, sourceLevels) => decoderOf(weights, batch, sourceLevels),
  }

  function decoderOf(weights: Weights, batch: number, sourceLevels: Float32Array): PairDecoder {
    const unfolded = tf.tidy(() => encoded(tensorsOf(weights), tf.tensor2d(sourceLevels, [batch, sources])).dataSync() as Float32Array) // [B, T, C]
    const layers = decoder.map((layer, index) => layer.incremental!(numbersWithin(weights, part('decoder', index)), batch, {}))
    const whole = (name: string): Float32Array => weights.get(name)!.data
    const [join, outputNorm, output] = [plainDense(whole, 'join'), plainNorm(whole, 'output.norm'), plainDense(whole, 'output')]
    const [both, before, none] = [new Float32Array(2 * channels), new Float32Array(channels), new Float32Array(0)]
    let [main, next] = [new Float32Array(channels), new Float32Array(channels)]
    return {
      step(sample, position, level, logits) {
        const at = (sample * targets + position) * channels
        embeddedBeforeAt(weights, level, before)
        both.set(unfolded.subarray(at, at + channels))
        both.set(before, channels)
        denseAt(both, 2 * channels, join, main)
        for (const layer of layers) {
          layer.compute(sample, position, main, next, none)
          ;[main, next] = [next, main]
        }
        normAt(main, outputNorm, next)
        denseAt(next, channels, output, logits)
      },
    }
  }
}
