import type { MaskKind } from '../../contract/inspect/blocks/masks'
import { reachesAtCentre } from '../../contract/inspect/blocks/masks'
import { columnsOfHorizontalKernel } from '../../contract/inspect/blocks/gatedMasks'
import { tf } from '../tensor/tf'

export interface KernelMask {
  shape: number[]
  values: Float32Array
}

/** The mask of a horizontal kernel [1, ⌊k/2⌋ + 1, in, out]; null where nothing is masked. One entry stands for all channels of a tap. */
export function horizontalKernelMask(mask: MaskKind, kernel: number, from: Int32Array, to: Int32Array): KernelMask | null {
  const columns = columnsOfHorizontalKernel(kernel)
  const single = from.every((group) => group === from[0]) && to.every((group) => group === to[0])
  const sources = single ? from.subarray(0, 1) : from
  const targets = single ? to.subarray(0, 1) : to
  const values = new Float32Array(columns * sources.length * targets.length)
  let index = 0
  for (let column = 0; column < columns; column++) {
    for (const source of sources) {
      for (const target of targets) values[index++] = column < columns - 1 || reachesAtCentre(mask, source, target) ? 1 : 0
    }
  }
  return values.every((value) => value === 1) ? null : { shape: [1, columns, sources.length, targets.length], values }
}

export function multiplyMask(weight: tf.Tensor, mask: KernelMask | null): tf.Tensor {
  return mask ? tf.mul(weight, tf.tensor(mask.values, mask.shape)) : weight
}

/** The same on plain numbers, in the weight's layout. */
export function maskedValues(weight: Float32Array, mask: KernelMask | null): Float32Array {
  if (!mask) return weight
  const repeat = weight.length / mask.values.length
  return weight.map((value, index) => value * mask.values[Math.floor(index / repeat)]!)
}
