import type { SequenceEmbeddingBlock } from '../../contract/inspect/blocks/sequenceEmbedding'
import { MU } from '../../contract/muLaw'
import { tf } from '../tensor/tf'
import { concatenated } from './described'
import type { BuildLayer } from './layer'
import { pointwise } from './pointwise'

const FEATURES = 2
const companding = 1 / Math.log1p(MU)

/** Level 0…K−1 -> amplitude a in −1…1 and its companded form sign(a) ln(1 + μ|a|) / ln(1 + μ), in which quiet sounds are as large as loud ones. */
function featuresOf(level: number, levels: number): [number, number] {
  const amplitude = (2 * level) / (levels - 1) - 1
  return [amplitude, Math.sign(amplitude) * Math.log1p(MU * Math.abs(amplitude)) * companding]
}

/** [..] -> [.., 2] */
function features(x: tf.Tensor, levels: number): tf.Tensor {
  const amplitude = tf.sub(tf.mul(x, 2 / (levels - 1)), 1)
  const companded = tf.mul(tf.sign(amplitude), tf.mul(tf.log1p(tf.mul(tf.abs(amplitude), MU)), companding))
  return tf.stack([amplitude, companded], x.rank)
}

/** Rows of each level for the kernels: both features and a one; behind them that of "nothing before", whose one is another. */
const tables = new Map<number, Float32Array>()
function tableOf(levels: number): Float32Array {
  const known = tables.get(levels)
  if (known) return known
  const table = new Float32Array((levels + 1) * (FEATURES + 2))
  for (let level = 0; level < levels; level++) table.set([...featuresOf(level, levels), 1], level * (FEATURES + 2))
  table[table.length - 1] = 1
  tables.set(levels, table)
  return table
}

/** Levels [B, T] -> [B, T, C]: position t holds features(x_{t−1}) · weight + bias, the first one `start`. weight [2, C], bias and start [C]. */
export const amplitudeInput: BuildLayer<SequenceEmbeddingBlock> = ({ channels, shift }, _input, { levels }) => ({
  parameters: [
    { name: 'weight', shape: [FEATURES, channels], init: { kind: 'normal', standardDeviation: 1 } },
    { name: 'bias', shape: [channels], init: { kind: 'zeros' } },
    { name: 'start', shape: [channels], init: { kind: 'zeros' } },
  ],
  apply(streams, parameter) {
    const { main } = streams
    const [batch, length] = main.shape as [number, number]
    const start = parameter('start')
    const embedded = (x: tf.Tensor): tf.Tensor => pointwise(features(x, levels), parameter('weight'), parameter('bias'))
    if (shift === 0) return { ...streams, main: tf.add(embedded(main), tf.mul(start, 0)) }
    const first = tf.mul(tf.ones([batch, 1, 1]), start) // [C] -> [B, 1, C]
    if (length === 1) return { ...streams, main: first }
    return { ...streams, main: tf.concat([first, embedded(tf.slice(main, [0, 0], [batch, length - 1]))], 1) } // [B, T − 1] -> [B, T, C]
  },
  describe({ plan, weight }, streams) {
    const [known, main] = [plan.vector(FEATURES + 2), plan.vector(channels)]
    plan.step.table({ table: tableOf(levels), to: known, index: 'value' })
    plan.step.dense({ from: known, to: main, weight: concatenated(concatenated(weight('weight'), weight('bias')), weight('start')) })
    return { ...streams, main }
  },
  incremental(weight) {
    const [matrix, bias, start] = [weight('weight'), weight('bias'), weight('start')]
    return {
      outputs: channels,
      // Its input is the level of the sample before; −1 before the first.
      compute(_sample, _position, before, output) {
        const level = before[0]!
        if (level < 0) return output.set(start)
        const [amplitude, companded] = featuresOf(level, levels)
        for (let channel = 0; channel < channels; channel++)
          output[channel] = bias[channel]! + amplitude * matrix[channel]! + companded * matrix[channels + channel]!
      },
    }
  },
})
