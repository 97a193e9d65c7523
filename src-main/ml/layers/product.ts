import { linear } from '../tensor/linear'
import type { tf } from '../tensor/tf'

/** x [..., in] · weight [in, out] -> [..., out], without a bias. */
export function product(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return linear(x, weight)
}
