import { tf } from '../tensor/tf'

/** Channels from … from + count of x [..., C]. Cut from a matrix, since TensorFlow copies those row by row, and slices of more axes number by number. */
export function columns(x: tf.Tensor, from: number, count: number): tf.Tensor {
  const channels = x.shape.at(-1)!
  if (from === 0 && count === channels) return x
  const rows = tf.reshape(x, [-1, channels])
  return tf.reshape(tf.slice(rows, [0, from], [rows.shape[0]!, count]), [...x.shape.slice(0, -1), count])
}
