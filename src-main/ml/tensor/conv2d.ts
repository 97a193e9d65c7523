import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

export type Padding = 'same' | 'valid'

/**
 * Convolution of stride 1 (cross-correlation, as everywhere in the field): x [B, H, W, C], filter [kh, kw, C, F] -> [B, H', W', F].
 * `dilation` is one number for both axes or [rows, columns]; unlike tf.conv2d it is differentiable when dilated.
 */
export function conv2d(x: tf.Tensor, filter: tf.Tensor, padding: Padding, dilation: number | readonly [number, number] = 1): tf.Tensor4D {
  const [rows, columns] = typeof dilation === 'number' ? [dilation, dilation] : dilation
  const native = nativeBackend()
  if (!native) return rows === 1 && columns === 1 ? tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, padding) : dilatedByTaps(x, filter, padding, rows, columns)
  const { float32, integer, string, boolean } = attributes(native)
  const attrs = [
    float32(),
    integer('strides', [1, 1, 1, 1]),
    string('padding', padding.toUpperCase()),
    string('data_format', 'NHWC'),
    boolean('use_cudnn_on_gpu', true),
    integer('dilations', [1, rows, columns, 1]),
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

/** The sum over the filter's taps of a shifted input times that tap's matrix; tfjs differentiates each part. */
function dilatedByTaps(x: tf.Tensor, filter: tf.Tensor, padding: Padding, rows: number, columns: number): tf.Tensor4D {
  const [kernelRows, kernelColumns, channels, features] = filter.shape as [number, number, number, number]
  const [spanRows, spanColumns] = [(kernelRows - 1) * rows, (kernelColumns - 1) * columns]
  const [top, left] = padding === 'same' ? [spanRows >> 1, spanColumns >> 1] : [0, 0]
  const padded = padding === 'same' ? tf.pad(x, [[0, 0], [top, spanRows - top], [left, spanColumns - left], [0, 0]]) : x
  const [batch, height, width] = padded.shape as [number, number, number, number]
  const [outRows, outColumns] = [height - spanRows, width - spanColumns]
  let total: tf.Tensor | null = null
  for (let row = 0; row < kernelRows; row++) {
    for (let column = 0; column < kernelColumns; column++) {
      const shifted = tf.slice(padded, [0, row * rows, column * columns, 0], [batch, outRows, outColumns, channels])
      const tap = tf.reshape(tf.slice(filter, [row, column, 0, 0], [1, 1, channels, features]), [channels, features])
      const product = tf.matMul(tf.reshape(shifted, [-1, channels]) as tf.Tensor2D, tap as tf.Tensor2D)
      total = total ? tf.add(total, product) : product
    }
  }
  return tf.reshape(total!, [batch, outRows, outColumns, features])
}
