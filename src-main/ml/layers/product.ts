import { tf } from '../tensor/tf'

/** x [..., in] · weight [in, out] -> [..., out], without a bias. */
export function product(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [inputs, outputs] = weight.shape as [number, number]
  const flat = tf.matMul(tf.reshape(x, [-1, inputs]) as tf.Tensor2D, weight as tf.Tensor2D)
  return tf.reshape(flat, [...x.shape.slice(0, -1), outputs])
}
