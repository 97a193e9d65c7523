import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'

/** x [..., in] · weight [in, out] + bias [out] -> [..., out] */
export function pointwise(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [inputs, outputs] = weight.shape as [number, number]
  const flat = tf.matMul(tf.reshape(x, [-1, inputs]) as tf.Tensor2D, weight as tf.Tensor2D)
  return tf.reshape(biasAdd(flat, bias), [...x.shape.slice(0, -1), outputs])
}
