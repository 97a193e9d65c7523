import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

/** table [K, C], indices [...] int32 -> [..., C]. Differentiable in the table alone: indices are no numbers to descend along. */
export function rowsOf(table: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const [rows, channels] = table.shape as [number, number]
  return differentiable(
    { table },
    (save) => {
      save(indices)
      return gathered(table, indices)
    },
    (gradient, [saved]) => ({
      table: () => tf.unsortedSegmentSum(tf.reshape(gradient, [-1, channels]), tf.reshape(saved!, [-1]) as tf.Tensor1D, rows),
    }),
  )
}

/** By name on the native TensorFlow: tf.gather reads the indices back to check their range, which no compiled step can do. */
function gathered(table: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  if (!native) return tf.gather(table, indices as tf.Tensor1D)
  const { float32, int32, integer } = attributes(native)
  const attrs = [integer('batch_dims', 0), float32('Tparams'), int32('Tindices'), int32('Taxis')]
  return native.executeSingleOutput('GatherV2', attrs, [table, indices, tf.scalar(0, 'int32')])
}
