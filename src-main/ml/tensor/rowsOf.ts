import { differentiable } from './native'
import { tf } from './tf'

/** table [K, C], indices [...] int32 -> [..., C]. Differentiable in the table alone: indices are no numbers to descend along. */
export function rowsOf(table: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const [rows, channels] = table.shape as [number, number]
  return differentiable(
    { table },
    (save) => {
      save(indices)
      return tf.gather(table, indices as tf.Tensor1D)
    },
    (gradient, [saved]) => ({
      table: () => tf.unsortedSegmentSum(tf.reshape(gradient, [-1, channels]), tf.reshape(saved!, [-1]) as tf.Tensor1D, rows),
    }),
  )
}
