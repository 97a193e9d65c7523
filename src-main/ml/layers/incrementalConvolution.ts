import type { MaskKind } from '../../contract/inspect/blocks/masks'
import type { Grid } from '../../contract/inspect/blocks/stream'
import { accumulate } from './incremental'
import { causalKernelMask } from './maskedKernel'

/** A masked convolution evaluated at one pixel, over a map of its earlier inputs. */
export interface PixelConvolution {
  store(sample: number, position: number, input: Float32Array): void
  /** output = bias + kernel over the stored inputs around `position`. */
  compute(sample: number, position: number, output: Float32Array): void
}

export function pixelConvolution(options: {
  mask: MaskKind
  kernel: number
  from: Int32Array
  to: Int32Array
  weight: Float32Array
  bias: Float32Array
  grid: Grid
  batch: number
}): PixelConvolution {
  const { kernel, bias, batch } = options
  const { height, width } = options.grid
  const inputs = options.from.length
  const outputs = options.to.length
  const weight = maskedKernelValues(options.mask, kernel, options.from, options.to, options.weight)
  const half = Math.floor(kernel / 2)
  const map = new Float32Array(batch * height * width * inputs)
  const tapSize = inputs * outputs
  return {
    store: (sample, position, input) =>
      map.set(input.length === inputs ? input : input.subarray(0, inputs), (sample * height * width + position) * inputs),
    compute(sample, position, output) {
      const row = Math.floor(position / width)
      const column = position - row * width
      const start = sample * height * width
      output.set(bias)
      for (let up = Math.min(half, row); up >= 0; up--) {
        const right = up === 0 ? 0 : Math.min(half, width - 1 - column)
        for (let across = -Math.min(half, column); across <= right; across++) {
          const tap = (half - up) * kernel + half + across
          accumulate(output, outputs, map, (start + position - up * width + across) * inputs, inputs, weight, tap * tapSize)
        }
      }
    },
  }
}

/** weight ⊙ mask, [⌊k/2⌋ + 1, k, in, out] */
export function maskedKernelValues(mask: MaskKind, kernel: number, from: Int32Array, to: Int32Array, weight: Float32Array): Float32Array {
  const { shape, values } = causalKernelMask(mask, kernel, from, to)
  if (values.length === weight.length) return weight.map((value, index) => value * values[index]!)
  // One mask entry for all channels of a tap.
  const perTap = weight.length / (shape[0] * shape[1])
  return weight.map((value, index) => value * values[Math.floor(index / perTap)]!)
}
