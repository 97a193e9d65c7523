import type { SequenceEmbeddingBlock } from '../../contract/inspect/blocks/sequenceEmbedding'
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
    const indices = tf.cast(main, 'int32')
    if (shift === 0) return { main: tf.add(tf.gather(parameter('weight'), indices), tf.mul(start, 0)), skip }
    const first = tf.mul(tf.ones([batch, 1, 1]), start) // [C] -> [B, 1, C]
    if (length === 1) return { main: first, skip }
    const before = tf.gather(parameter('weight'), tf.slice(indices, [0, 0], [batch, length - 1])) // [B, T − 1] -> [B, T − 1, C]
    return { main: tf.concat([first, before], 1), skip }
  },
})
