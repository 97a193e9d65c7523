import type { SequenceEmbeddingBlock } from '../../contract/inspect/blocks/sequenceEmbedding'
import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { BuildLayer } from './layer'

/** Levels [B, T] -> [B, T, C]: position t holds weight[x_{t−1}], the first one `start`. weight [K, C], start [C]. */
export const sequenceEmbeddingLayer: BuildLayer<SequenceEmbeddingBlock> = ({ channels, shift }, _input, { levels }) => ({
  parameters: [
    { name: 'weight', shape: [levels, channels], init: { kind: 'normal', standardDeviation: 0.5 } },
    { name: 'start', shape: [channels], init: { kind: 'zeros' } },
  ],
  apply({ main, skip }, parameter) {
    const [batch, length] = main.shape as [number, number]
    const start = parameter('start')
    const indices = tf.cast(main, 'int32') as tf.Tensor2D
    if (shift === 0) return { main: tf.add(rowsOf(parameter('weight'), indices), tf.mul(start, 0)), skip }
    const first = tf.mul(tf.ones([batch, 1, 1]), start) // [C] -> [B, 1, C]
    if (length === 1) return { main: first, skip }
    const before = rowsOf(parameter('weight'), tf.slice(indices, [0, 0], [batch, length - 1])) // [B, T − 1] -> [B, T − 1, C]
    return { main: tf.concat([first, before], 1), skip }
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

/** table [K, C], indices [B, T] -> [B, T, C]. Differentiable in the table alone: indices are no numbers to descend along. */
function rowsOf(table: tf.Tensor, indices: tf.Tensor2D): tf.Tensor {
  const [levels, channels] = table.shape as [number, number]
  return differentiable(
    { table },
    (save) => {
      save(indices)
      return tf.gather(table, indices)
    },
    (gradient, [rows]) => ({
      table: () => tf.unsortedSegmentSum(tf.reshape(gradient, [-1, channels]), tf.reshape(rows!, [-1]) as tf.Tensor1D, levels),
    }),
  )
}
