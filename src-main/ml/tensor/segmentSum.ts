import { differentiable } from './native'
import { rowsOf } from './rowsOf'
import { tf } from './tf'

/** values [E], segments [E] int32 -> the sum of each segment's values [count]. Differentiable in the values. */
export function segmentSum(values: tf.Tensor, segments: tf.Tensor, count: number): tf.Tensor {
  return differentiable(
    { values },
    (save) => {
      save(segments)
      return tf.unsortedSegmentSum(values as tf.Tensor1D, segments as tf.Tensor1D, count)
    },
    (gradient, [saved]) => ({ values: () => tf.reshape(rowsOf(tf.reshape(gradient, [-1, 1]), saved!), values.shape) }),
  )
}
