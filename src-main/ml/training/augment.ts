import type { Domain } from '../../contract/domain'
import type { RandomStream } from '../tensor/random'

/** Random changes to the images of a training batch; likelihoods are always those of the images as they are. */
export interface Augmentation {
  /** Probability with which an image is mirrored left to right. */
  mirror: number
  /** An image is moved by −shift…shift pixels along each axis, each as likely; what comes in repeats the edge. */
  shift: number
}

export const augments = ({ mirror, shift }: Augmentation): boolean => mirror > 0 || shift > 0

/** Changes each of the images in `levels` [B, H·W·C], in place. */
export function augment(levels: Float32Array, domain: Domain, { mirror, shift }: Augmentation, random: RandomStream): void {
  const [height, width, channels] = domain.shape as [number, number, number]
  const size = height * width * channels
  const original = new Float32Array(size)
  const clamp = (value: number, limit: number): number => Math.max(0, Math.min(limit - 1, value))
  for (let start = 0; start < levels.length; start += size) {
    const mirrored = random.uniform() < mirror
    const [down, right] = [random.integer(2 * shift + 1) - shift, random.integer(2 * shift + 1) - shift]
    if (!mirrored && down === 0 && right === 0) continue
    original.set(levels.subarray(start, start + size))
    for (let row = 0; row < height; row++) {
      const sourceRow = clamp(row - down, height)
      for (let column = 0; column < width; column++) {
        const shifted = clamp(column - right, width)
        const from = (sourceRow * width + (mirrored ? width - 1 - shifted : shifted)) * channels
        const to = start + (row * width + column) * channels
        for (let channel = 0; channel < channels; channel++) levels[to + channel] = original[from + channel]!
      }
    }
  }
}
