import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

/** Zeros around the image, and the stride of both axes. Nothing below: a causal kernel ends at its own row. */
export interface CausalPadding {
  top: number
  left: number
  right: number
  stride?: number
}

/** Convolution of a causal kernel: x [B, H, W, C], filter [rows, columns, C, F] -> [B, H', W', F], zeros beyond the borders. */
export function causalConv2d(x: tf.Tensor, filter: tf.Tensor, { top, left, right, stride = 1 }: CausalPadding): tf.Tensor4D {
  const native = nativeBackend()
  if (!native) {
    const padded = tf.pad(x, [[0, 0], [top, 0], [left, right], [0, 0]]) as tf.Tensor4D
    return tf.conv2d(padded, filter as tf.Tensor4D, stride, 'valid')
  }
  const { float32, integer, string, boolean } = attributes(native)
  const attrs = [
    float32(),
    integer('strides', [1, stride, stride, 1]),
    string('padding', 'EXPLICIT'),
    integer('explicit_paddings', [0, 0, top, 0, left, right, 0, 0]),
    string('data_format', 'NHWC'),
    boolean('use_cudnn_on_gpu', true),
    integer('dilations', [1, 1, 1, 1]),
  ]
  return differentiable(
    { x, filter },
    (save) => {
      save(x, filter)
      return native.executeSingleOutput('Conv2D', attrs, [x, filter]) as tf.Tensor4D
    },
    (gradient, [savedX, savedFilter]) => ({
      x: () => native.executeSingleOutput('Conv2DBackpropInput', attrs, [tf.tensor1d(x.shape, 'int32'), savedFilter!, gradient]),
      filter: () => native.executeSingleOutput('Conv2DBackpropFilter', attrs, [savedX!, tf.tensor1d(filter.shape, 'int32'), gradient]),
    }),
  )
}
