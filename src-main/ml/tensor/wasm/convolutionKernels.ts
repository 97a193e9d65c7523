import type { tf as Tf } from '../tf.js'
import { tf } from '../tf.js'
import { composedKernel } from './composedKernel.js'

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]]
type Padding = 'same' | 'valid' | number | ExplicitPadding

interface ConvolutionAttributes {
  strides: number | [number, number]
  pad: Padding
  dataFormat: 'NHWC' | 'NCHW'
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

function geometry(inputShape: number[], filterShape: number[], attrs: ConvolutionAttributes) {
  if (attrs.dataFormat === 'NCHW') throw new Error('On WebAssembly convolutions train with channels last (NHWC) only')
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad as Parameters<typeof tf.backend_util.computeConv2DInfo>[4],
    attrs.dimRoundingMode,
  )
}

/**
 * The gradient of a convolution for its filter: im2col and one matrix product.
 * dL/dw[u, v, i, o] = sum over b, y, x of input[b, s y + u - p, s x + v - p, i] * dy[b, y, x, o]
 */
export const conv2DBackpropFilter = composedKernel(
  'Conv2DBackpropFilter',
  ({ x, dy }: { x: Tf.Tensor4D; dy: Tf.Tensor4D }, attrs: ConvolutionAttributes & { filterShape: number[] }) => {
    const info = geometry(x.shape, attrs.filterShape, attrs)
    const { batchSize, inChannels, outChannels, outHeight, outWidth, strideHeight, strideWidth } = info
    const { top, bottom, left, right } = info.padInfo
    const padded =
      top + bottom + left + right > 0
        ? tf.pad(x, [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ])
        : x
    const taps: Tf.Tensor2D[] = []
    for (let u = 0; u < info.filterHeight; u += 1) {
      for (let v = 0; v < info.filterWidth; v += 1) {
        const end = [batchSize, u + (outHeight - 1) * strideHeight + 1, v + (outWidth - 1) * strideWidth + 1, inChannels]
        const seen = tf.stridedSlice(padded, [0, u, v, 0], end, [1, strideHeight, strideWidth, 1])
        taps.push(tf.reshape(seen, [-1, inChannels])) // [B, H', W', I] -> [B*H'*W', I]
      }
    }
    const columns = tf.transpose(tf.concat(taps, 1)) // [B*H'*W', U*V*I] -> [U*V*I, B*H'*W']
    const product = tf.matMul(columns, tf.reshape(dy, [-1, outChannels])) // [U*V*I, O]
    return tf.reshape(product, attrs.filterShape)
  },
)

/**
 * The gradient of a convolution for its input, as a convolution of dy with the turned filter. The package has a kernel
 * for it, but a plain loop, ten times slower than its convolution; it is kept for strides and for unusual padding.
 */
export function conv2DBackpropInput(original: Tf.KernelFunc): Tf.KernelConfig {
  return {
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { dy, filter } = call.inputs as unknown as { dy: Tf.Tensor4D; filter: Tf.Tensor4D }
      const attrs = call.attrs as unknown as ConvolutionAttributes & { inputShape: number[] }
      const info = geometry(attrs.inputShape, filter.shape, attrs)
      const { top, bottom, left, right } = info.padInfo
      const vertical: [number, number] = [info.filterHeight - 1 - top, info.filterHeight - 1 - bottom]
      const horizontal: [number, number] = [info.filterWidth - 1 - left, info.filterWidth - 1 - right]
      const strided = info.strideHeight !== 1 || info.strideWidth !== 1
      if (strided || [...vertical, ...horizontal].some((padding) => padding < 0)) return original(call)
      return tf.tidy(() => {
        const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) // [U, V, I, O] -> [U, V, O, I]
        return tf.conv2d(dy, turned, 1, [[0, 0], vertical, horizontal, [0, 0]])
      })
    },
  }
}
