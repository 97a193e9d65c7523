import type { MaskKind } from '../../contract/inspect/blocks/masks'
import { reachesAtCentre, rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { linear } from '../tensor/linear'
import { biasAdd, conv2d } from '../tensor/ops'
import { tf } from '../tensor/tf'

/** The mask of a causal kernel [⌊k/2⌋ + 1, k, in, out] (see contract/inspect/blocks/masks); with one channel group [⌊k/2⌋ + 1, k, 1, 1]. */
export function causalKernelMask(
  mask: MaskKind,
  kernel: number,
  from: Int32Array,
  to: Int32Array,
): { shape: [number, number, number, number]; values: Float32Array } {
  const rows = rowsOfMaskedKernel(kernel)
  const half = Math.floor(kernel / 2)
  const single = from.every((group) => group === from[0]) && to.every((group) => group === to[0])
  const sources = single ? from.subarray(0, 1) : from
  const targets = single ? to.subarray(0, 1) : to
  const values = new Float32Array(rows * kernel * sources.length * targets.length)
  let index = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < kernel; column++) {
      const before = row < half || column < half
      const centre = row === half && column === half
      for (const source of sources) {
        for (const target of targets) {
          values[index++] = before || (centre && reachesAtCentre(mask, source, target)) ? 1 : 0
        }
      }
    }
  }
  return { shape: [rows, kernel, sources.length, targets.length], values }
}

/** A masked convolution with bias on [B, H, W, in] -> [B, H, W, out]; size 1 is a matrix product. */
export function maskedConvolution(
  mask: MaskKind,
  kernel: number,
  from: Int32Array,
  to: Int32Array,
): (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.Tensor {
  const { shape, values } = causalKernelMask(mask, kernel, from, to)
  const half = Math.floor(kernel / 2)
  const full = values.every((value) => value === 1)
  return (x, weight, bias) => {
    const masked = full ? weight : tf.mul(weight, tf.tensor4d(values, shape))
    if (kernel === 1) {
      return linear(x, tf.reshape(masked, [x.shape[3]!, to.length]), bias)
    }
    // Rows above and columns on both sides; nothing below, since the kernel ends at its centre's row.
    const padded = tf.pad(x, [
      [0, 0],
      [half, 0],
      [half, half],
      [0, 0],
    ])
    return biasAdd(conv2d(padded, masked, 'valid'), bias)
  }
}

/** Inputs that one output of a masked kernel sees, for initial values. */
export function fanIn(kernel: number, from: Int32Array): number {
  const half = Math.floor(kernel / 2)
  return from.length * (half * kernel + half + 1)
}
