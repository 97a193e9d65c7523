import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

/*
 * Maps laid out for a recurrence over positions, [P, B, C] with positions in any order: the positions of a step are rows of a matrix that lie
 * side by side, and a neighbour is B rows away.
 */

/** x [P, B, C] -> the positions in the given order. The gradient is the reverse permutation. */
export function inOrder(x: tf.Tensor, order: Int32Array): tf.Tensor {
  if (order.every((position, index) => position === index)) return x
  return permuted(x, order, inverseOf(order))
}

/** The reverse: x [P, B, C] in the given order -> raster. */
export function toRaster(x: tf.Tensor, order: Int32Array): tf.Tensor {
  if (order.every((position, index) => position === index)) return x
  return permuted(x, inverseOf(order), order)
}

function inverseOf(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length)
  order.forEach((position, index) => (inverse[position] = index))
  return inverse
}

function permuted(x: tf.Tensor, order: Int32Array, inverse: Int32Array): tf.Tensor {
  return differentiable(
    { x },
    () => gathered(x, order),
    (gradient) => ({ x: () => gathered(gradient, inverse) }),
  )
}

/** By name on the native TensorFlow: tf.gather reads the indices back to check their range, which no compiled step can do. */
function gathered(x: tf.Tensor, indices: Int32Array): tf.Tensor {
  const rows = tf.tensor1d(indices, 'int32')
  const native = nativeBackend()
  if (!native) return tf.gather(x, rows)
  const { float32, int32, integer } = attributes(native)
  const attrs = [integer('batch_dims', 0), float32('Tparams'), int32('Tindices'), int32('Taxis')]
  return native.executeSingleOutput('GatherV2', attrs, [x, rows, tf.scalar(0, 'int32')])
}

/** x [P, B, C] by raster positions -> each row's values one row further down; zeros in the first row. */
export function downOneRow(x: tf.Tensor, width: number): tf.Tensor {
  const [positions, batch, channels] = x.shape as [number, number, number]
  const rows = tf.reshape(x, [positions * batch, channels])
  const kept = tf.slice(rows, [0, 0], [(positions - width) * batch, channels])
  return tf.reshape(tf.pad(kept, [[width * batch, 0], [0, 0]]), x.shape)
}
