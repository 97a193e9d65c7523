import { isRaster, ranksOf } from '../../contract/inspect/orderings'
import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'

/** Permutations between the raster of an example and the order in which its dimensions are generated. */
export interface OrderingMaps {
  ordering: Int32Array
  /** Along `axis`: entry i becomes that of the i-th generated dimension. The identity costs nothing. */
  toSteps(x: tf.Tensor, axis: number): tf.Tensor
  /** Back to the raster. */
  toRaster(x: tf.Tensor, axis: number): tf.Tensor
}

export function orderingMaps(ordering: Int32Array): OrderingMaps {
  const ranks = ranksOf(ordering)
  const identity = isRaster(ordering)
  return {
    ordering,
    toSteps: (x, axis) => (identity ? x : permute(x, ordering, ranks, axis)),
    toRaster: (x, axis) => (identity ? x : permute(x, ranks, ordering, axis)),
  }
}

/** A gather along one axis whose gradient is the inverse gather, instead of a scattered sum. */
function permute(x: tf.Tensor, indices: Int32Array, inverse: Int32Array, axis: number): tf.Tensor {
  return differentiable(
    { x },
    () => tf.gather(x, tf.tensor1d(indices, 'int32'), axis),
    (gradient) => ({ x: () => tf.gather(gradient, tf.tensor1d(inverse, 'int32'), axis) }),
  )
}
