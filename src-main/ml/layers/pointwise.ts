import { linear } from '../tensor/linear'
import type { tf } from '../tensor/tf'

/** x [..., in] · weight [in, out] + bias [out] -> [..., out] */
export function pointwise(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return linear(x, weight, bias)
}
