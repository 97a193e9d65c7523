import { eluAt } from '../layers/concatElu'
import { accumulate } from '../layers/incremental'
import { biasAdd, conv2d } from '../tensor/ops'
import { linear } from '../tensor/linear'
import { tf } from '../tensor/tf'

/** Sizes of the net that makes a map of features [H, W, F] of the small image [h, w, C + 1], H = s·h. */
export interface ContextShape {
  /** 3 × 3 convolutions. */
  layers: number
  height: number
  width: number
  /** C + 1 */
  inputs: number
  /** F */
  channels: number
  /** s */
  factor: number
}

/**
 * The small image [B, h, w, C + 1] -> what the gates of the whole one are given, [B, H, W, F]: 3 × 3 convolutions with ELU, zeros beyond the
 * borders, then a transposed convolution of stride s, every small pixel its own block of s × s.
 */
export function contextMap(image: tf.Tensor, { layers, height, width, channels, factor }: ContextShape, parameter: (name: string) => tf.Tensor): tf.Tensor {
  let features = image
  for (let layer = 0; layer < layers; layer++)
    features = tf.elu(biasAdd(conv2d(features, parameter(`context.${layer}.weight`), 'same'), parameter(`context.${layer}.bias`))) // [B, h, w, F]
  const spread = linear(features, parameter('context.spread.weight'), parameter('context.spread.bias')) // [B, h, w, s·s·F]
  const blocks = tf.reshape(spread, [-1, height, width, factor, factor * channels])
  return tf.elu(tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4]), [-1, height * factor, width * factor, channels])) // rows of a block below each other
}

/** The same of one sample on plain numbers: image [h · w · (C + 1)] -> `target` [H · W · F] from `at`. */
export function contextMapAt(image: Float32Array, shape: ContextShape, weight: (name: string) => Float32Array, target: Float32Array, at: number): void {
  const { layers, height, width, channels: F, factor } = shape
  let [features, size] = [image, shape.inputs]
  for (let layer = 0; layer < layers; layer++) {
    const [kernel, bias] = [weight(`context.${layer}.weight`), weight(`context.${layer}.bias`)]
    const next = new Float32Array(height * width * F)
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const out = next.subarray((row * width + column) * F, (row * width + column + 1) * F)
        out.set(bias)
        const [first, last] = [Math.max(0, column - 1), Math.min(width - 1, column + 1)]
        for (let seen = Math.max(0, row - 1); seen <= Math.min(height - 1, row + 1); seen++) {
          const tap = (seen - row + 1) * 3 + first - column + 1
          accumulate(out, F, features, (seen * width + first) * size, (last - first + 1) * size, kernel, tap * size * F)
        }
        for (let at = 0; at < F; at++) out[at] = eluAt(out[at]!)
      }
    }
    ;[features, size] = [next, F]
  }
  const [matrix, bias] = [weight('context.spread.weight'), weight('context.spread.bias')]
  const block = new Float32Array(factor * factor * F)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      block.set(bias)
      accumulate(block, block.length, features, (row * width + column) * size, size, matrix, 0)
      for (let index = 0; index < block.length; index++) block[index] = eluAt(block[index]!)
      for (let below = 0; below < factor; below++) {
        const line = block.subarray(below * factor * F, (below + 1) * factor * F)
        target.set(line, at + ((row * factor + below) * width * factor + column * factor) * F)
      }
    }
  }
}
