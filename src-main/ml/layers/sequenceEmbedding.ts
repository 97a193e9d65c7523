import type { SequenceEmbeddingBlock } from '../../contract/inspect/blocks/sequenceEmbedding'
import { rowsOf } from '../tensor/rowsOf'
import { tf } from '../tensor/tf'
import { amplitudeInput } from './amplitudeInput'
import { concatenated } from './described'
import type { BuildLayer } from './layer'

/** Levels [B, T] -> [B, T, C]: position t holds weight[x_{t−1}], the first one `start`. weight [K, C], start [C]. */
export const sequenceEmbeddingLayer: BuildLayer<SequenceEmbeddingBlock> = (block, input, context) =>
  block.of === 'amplitudes' ? amplitudeInput(block, input, context) : levelEmbedding(block, input, context)

const levelEmbedding: BuildLayer<SequenceEmbeddingBlock> = ({ channels, shift }, _input, { levels }) => ({
  parameters: [
    { name: 'weight', shape: [levels, channels], init: { kind: 'normal', standardDeviation: 0.5 } },
    { name: 'start', shape: [channels], init: { kind: 'zeros' } },
  ],
  apply(streams, parameter) {
    const { main } = streams
    const [batch, length] = main.shape as [number, number]
    const start = parameter('start')
    const indices = tf.cast(main, 'int32') as tf.Tensor2D
    if (shift === 0) return { ...streams, main: tf.add(rowsOf(parameter('weight'), indices), tf.mul(start, 0)) }
    const first = tf.mul(tf.ones([batch, 1, 1]), start) // [C] -> [B, 1, C]
    if (length === 1) return { ...streams, main: first }
    const before = rowsOf(parameter('weight'), tf.slice(indices, [0, 0], [batch, length - 1])) // [B, T − 1] -> [B, T − 1, C]
    return { ...streams, main: tf.concat([first, before], 1) }
  },
  describe({ plan, weight }, streams) {
    const main = plan.vector(channels)
    // The row behind the levels is that of "nothing before".
    const table = concatenated(weight('weight'), weight('start'))
    plan.step.table({ table, to: main, index: 'value' })
    return { ...streams, main }
  },
  incremental(weight) {
    const table = weight('weight')
    const start = weight('start')
    return {
      outputs: channels,
      // Its input is the level of the sample before; −1 before the first.
      compute(_sample, _position, before, output) {
        const level = before[0]!
        output.set(level < 0 ? start : table.subarray(level * channels, (level + 1) * channels))
      },
    }
  },
})
