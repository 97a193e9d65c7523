import type { PlusNode, PlusStream } from '../../contract/inspect/pixelcnnppNodes'
import { plusKernel } from '../../contract/inspect/pixelcnnppNodes'
import { columns } from '../layers/columns'
import { concatElu, linearGate } from '../layers/concatElu'
import type { LayerNoise } from '../layers/layer'
import { dropout } from '../layers/normalization'
import type { Normalised } from '../layers/weightNorm'
import { causalConv2d } from '../tensor/causalConv2d'
import { linear } from '../tensor/linear'
import { tf } from '../tensor/tf'

/** Standard deviation of the output around its biases at the start: little, since they already hold the pixels' marginal distribution. */
const HEAD_SCALE = 0.03

interface NetOptions {
  nodes: readonly PlusNode[]
  /** [B, H, W, C + 1]: levels in −1…1 and a channel of ones, so that padding can be told from the image. */
  image: tf.Tensor
  normalised: Normalised
  /** V h of a node's gates [B, 2F]; null without a condition. */
  conditionOf?: ((node: string) => tf.Tensor) | null
  dropoutRate?: number
  /** Given while training with dropout. */
  noise?: LayerNoise
}

/** The net of PixelCNN++: the image -> what the output gives for each pixel, [B, H, W, P']. */
export function plusNet({ nodes, image, normalised, conditionOf, dropoutRate = 0, noise }: NetOptions): tf.Tensor {
  const outputs: tf.Tensor[] = []
  const rectified: tf.Tensor[] = []
  /** c(output) of a node, computed once for all who read it. */
  const elu = (node: number): tf.Tensor => (rectified[node] ??= concatElu(outputs[node]!))
  const [, height, width] = image.shape as [number, number, number, number]
  const lowered = shifted(image, 1, 0, height, width) // row r holds row r − 1
  const delayed = shifted(image, 0, 1, height, width)

  for (const node of nodes) {
    const name = `nodes.${node.name}`
    const { left, right } = plusKernel(node.stream)
    const convolve = (x: tf.Tensor, of: string, scale = 1): tf.Tensor =>
      normalised(of, (weight) => causalConv2d(x, weight, { top: 1, left, right }), scale)
    switch (node.kind) {
      case 'first':
        outputs.push(
          node.stream === 'above'
            ? convolve(lowered, name)
            : tf.add(
                normalised(`${name}.row`, (weight) => causalConv2d(lowered, weight, { top: 0, left: 1, right: 1 })),
                normalised(`${name}.column`, (weight) => causalConv2d(delayed, weight, { top: 1, left: 0, right: 0 })),
              ),
        )
        break
      case 'residual': {
        const x = outputs[node.input]!
        let hidden = convolve(elu(node.input), `${name}.first`) // [B, h, w, F]
        if (node.sides.length > 0) {
          const sides = node.sides.length === 1 ? elu(node.sides[0]!) : tf.concat(node.sides.map(elu), 3) // [B, h, w, 2F (· 2)]
          hidden = tf.add(hidden, normalised(`${name}.sides`, (weight) => pointwise(sides, weight)))
        }
        const kept = dropout(concatElu(hidden), dropoutRate, noise) // [B, h, w, 2F]
        let gates = convolve(kept, `${name}.second`, 0.1) // [B, h, w, 2F]
        if (conditionOf) gates = tf.add(gates, tf.expandDims(tf.expandDims(conditionOf(name), 1), 1))
        outputs.push(tf.add(x, linearGate(gates)))
        break
      }
      case 'down':
        outputs.push(normalised(name, (weight) => causalConv2d(outputs[node.input]!, weight, { top: 1, left, right, stride: 2 })))
        break
      case 'up':
        outputs.push(normalised(name, (weight) => transposed(outputs[node.input]!, weight, node.stream)))
    }
  }
  return normalised('head', (weight) => pointwise(tf.elu(outputs.at(-1)!), weight), HEAD_SCALE)
}

const pointwise = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor => linear(x, tf.reshape(weight, weight.shape.slice(2)))

/** Moved down and to the right, zeros before. */
function shifted(x: tf.Tensor, down: number, right: number, height: number, width: number): tf.Tensor {
  const [batch, , , channels] = x.shape as [number, number, number, number]
  return tf.slice(tf.pad(x, [[0, 0], [down, 0], [right, 0], [0, 0]]), [0, 0, 0, 0], [batch, height, width, channels])
}

/**
 * Transposed convolution of stride 2: x [B, h, w, C], weight [2, columns, C, F] -> [B, 2h, 2w, F]. Every position makes a block of 2 × 2; the
 * kernel of three columns reaches one further on either side of its place, so that odd columns are the sum of two.
 */
export function transposed(x: tf.Tensor, weight: tf.Tensor, stream: PlusStream): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const [rows, kernelColumns, , F] = weight.shape as [number, number, number, number]
  const matrix = tf.reshape(tf.transpose(weight, [2, 0, 1, 3]), [channels, rows * kernelColumns * F])
  const taps = tf.reshape(linear(x, matrix), [batch, height, width, rows, kernelColumns * F])
  const byRow = tf.transpose(taps, [0, 1, 3, 2, 4]) // [B, h, 2, w, columns · F]
  if (stream === 'left') return tf.reshape(byRow, [batch, 2 * height, 2 * width, F])
  const part = (column: number): tf.Tensor => columns(byRow, column * F, F) // [B, h, 2, w, F]
  const next = tf.pad(tf.slice(part(0), [0, 0, 0, 1, 0], [batch, height, 2, width - 1, F]), [[0, 0], [0, 0], [0, 0], [0, 1], [0, 0]])
  const odd = width > 1 ? tf.add(part(2), next) : part(2)
  return tf.reshape(tf.concat([part(1), odd], 4), [batch, 2 * height, 2 * width, F])
}
