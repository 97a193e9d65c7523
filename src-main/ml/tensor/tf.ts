import { createRequire } from 'node:module'
import type * as tfjs from '@tensorflow/tfjs'

/**
 * The one instance of tfjs that everything shares.
 *
 * tfjs-node-gpu is CommonJS and requires '@tensorflow/tfjs'; an ES import of the same package may be resolved to
 * another build of it, with a registry of its own where no native kernel is ever registered. So it is required
 * here, in the same way, and imported from here everywhere else.
 */
export const tf: typeof tfjs = createRequire(import.meta.url)('@tensorflow/tfjs')

/** Types under the same name, so that `tf.Tensor` reads as in the tfjs manual. */
// eslint-disable-next-line @typescript-eslint/no-namespace -- a constant cannot carry types in any other way
export declare namespace tf {
  type Rank = tfjs.Rank
  type DataType = tfjs.DataType
  type TensorLike = tfjs.TensorLike
  type TypedArray = Float32Array | Int32Array | Uint8Array
  type Tensor<R extends tfjs.Rank = tfjs.Rank> = tfjs.Tensor<R>
  type Scalar = tfjs.Scalar
  type Tensor1D = tfjs.Tensor1D
  type Tensor2D = tfjs.Tensor2D
  type Tensor3D = tfjs.Tensor3D
  type Tensor4D = tfjs.Tensor4D
  type Tensor5D = tfjs.Tensor5D
  type Variable<R extends tfjs.Rank = tfjs.Rank> = tfjs.Variable<R>
  type TensorBuffer<R extends tfjs.Rank, D extends tfjs.DataType = 'float32'> = tfjs.TensorBuffer<R, D>
  type Optimizer = tfjs.Optimizer
  type AdamOptimizer = tfjs.AdamOptimizer
  type TensorContainer = tfjs.TensorContainer
  type NamedTensorMap = tfjs.NamedTensorMap
  type KernelBackend = tfjs.KernelBackend
  type KernelConfig = tfjs.KernelConfig
  type KernelFunc = tfjs.KernelFunc
  type GradConfig = tfjs.GradConfig
  type TensorInfo = tfjs.TensorInfo
  type Initializer = ReturnType<typeof tfjs.initializers.zeros>
}
