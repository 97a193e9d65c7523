import { tf } from '../tensor/tf'

/** Which degrees a mask joins: from ≤ to, or from < to. */
export type DegreeRule = 'at most' | 'below'

/**
 * weight [in, out] with the entries kept that join degrees from ≤ to ('at most') or from < to ('below'); the mask is computed from the
 * degrees on the device, so nothing of its size is stored.
 */
export function maskedWeight(weight: tf.Tensor, from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  return maskedBetween(weight, tf.tensor1d(from, 'int32'), tf.tensor1d(to, 'int32'), rule)
}

/** The same for degrees that are tensors, int32 [in] and [out]: a mask that is chosen on the device. */
export function maskedBetween(weight: tf.Tensor, from: tf.Tensor, to: tf.Tensor, rule: DegreeRule): tf.Tensor2D {
  const source = tf.expandDims(from, 1) // [in, 1]
  const target = tf.expandDims(to, 0) // [1, out]
  const kept = rule === 'at most' ? tf.lessEqual(source, target) : tf.less(source, target)
  return tf.mul(weight, tf.cast(kept, 'float32')) as tf.Tensor2D
}

/** The same on plain arrays, for samplers. */
export function maskedValues(weight: Float32Array, from: Int32Array, to: Int32Array, rule: DegreeRule): Float32Array {
  const result = new Float32Array(weight.length)
  for (let source = 0; source < from.length; source++) {
    for (let target = 0; target < to.length; target++) {
      const index = source * to.length + target
      if (rule === 'at most' ? from[source]! <= to[target]! : from[source]! < to[target]!) result[index] = weight[index]!
    }
  }
  return result
}
