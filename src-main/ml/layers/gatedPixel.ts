import type { GatedInputBlock, GatedLayerBlock } from '../../contract/inspect/blocks/gatedPixel'
import { gateGroups } from '../../contract/inspect/blocks/gatedPixel'
import { columnsOfHorizontalKernel, rowsOfVerticalKernel } from '../../contract/inspect/blocks/gatedMasks'
import type { MaskKind } from '../../contract/inspect/blocks/masks'
import type { Stream } from '../../contract/inspect/blocks/stream'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { biasAdd, conv2d } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { gate } from './gate'
import { horizontalKernelMask, multiplyMask } from './gatedKernels'
import { gatedDescription } from './gatedPixelDescription'
import { gatedIncremental } from './gatedPixelIncremental'
import type { BuildLayer, Layer, LayerContext, LayerParameter, ParameterOf } from './layer'
import { glorotLimit } from './layer'
import { product } from './product'
import { maskedConvolution } from './maskedKernel'

/** The sizes of one gated layer; C is the width of both stacks' outputs. */
export interface GatedShape {
  mask: MaskKind
  kernel: number
  /** Rows by which the vertical stack of a first layer looks up (see the block). */
  shift: number
  /** Channels that come in: of the vertical stack, and of the horizontal one with their groups. */
  verticalInputs: number
  from: Int32Array
  verticalChannels: number
  groupOf: Int32Array
  conditionSize: number
  contextChannels: number
  grid: LayerContext['grid']
}

export const gatedInputLayer: BuildLayer<GatedInputBlock> = (block, input, { grid }) =>
  gatedStacks({
    ...shapeOf(input, grid),
    mask: 'A',
    kernel: block.kernel,
    shift: block.shift,
    verticalInputs: input.channels,
    verticalChannels: block.channels,
    groupOf: groupsOfChannels(block.channels, grid.groups),
  })

export const gatedPixelLayer: BuildLayer<GatedLayerBlock> = ({ kernel }, input, { grid }) =>
  gatedStacks({ ...shapeOf(input, grid), mask: 'B', kernel, shift: 0 })

const shapeOf = (input: Stream, grid: LayerContext['grid']): Omit<GatedShape, 'mask' | 'kernel' | 'shift'> => ({
  verticalInputs: input.vertical?.channels ?? 0,
  from: input.groupOf,
  verticalChannels: input.vertical?.channels ?? 0,
  groupOf: input.groupOf,
  conditionSize: input.conditionSize ?? 0,
  contextChannels: input.contextChannels ?? 0,
  grid,
})

/**
 * One layer of van den Oord et al. (2016), figure 2, with n × n masks folded into smaller kernels:
 * vertical.weight [rows, n, Cv, 2C] on the rows above (and, after the shift of the first layer, its own), across.weight [2C, 2C] from the
 * vertical features to the horizontal gates, horizontal.weight [1, ⌊n/2⌋ + 1, C, 2C] on the pixels to the left and its own, output.weight
 * [1, 1, C, C] to the residual; condition.* [S, 2C] and context.* [F, 2C] in the gates. Columns: first those of tanh, then those of σ.
 */
function gatedStacks(shape: GatedShape): Layer {
  const { mask, kernel, shift, verticalInputs, from, verticalChannels, groupOf, conditionSize, contextChannels } = shape
  const channels = groupOf.length
  const half = Math.floor(kernel / 2)
  const rows = rowsOfVerticalKernel(kernel, mask === 'A')
  const columns = columnsOfHorizontalKernel(kernel)
  const gates = gateGroups(groupOf)
  const horizontalMask = horizontalKernelMask(mask, kernel, from, gates)
  const project = maskedConvolution('B', 1, groupOf, groupOf)
  const uniform = (name: string, size: number[], inputs: number, outputs: number): LayerParameter => ({
    name,
    shape: size,
    init: { kind: 'uniform', limit: glorotLimit(inputs, outputs) },
  })
  const zeros = (name: string, size: number): LayerParameter => ({ name, shape: [size], init: { kind: 'zeros' } })
  const parameters: LayerParameter[] = [
    uniform('vertical.weight', [rows, kernel, verticalInputs, 2 * verticalChannels], rows * kernel * verticalInputs, verticalChannels),
    zeros('vertical.bias', 2 * verticalChannels),
    uniform('across.weight', [2 * verticalChannels, 2 * channels], 2 * verticalChannels, channels),
    uniform('horizontal.weight', [1, columns, from.length, 2 * channels], columns * from.length, channels),
    zeros('horizontal.bias', 2 * channels),
    uniform('output.weight', [1, 1, channels, channels], channels, channels),
    zeros('output.bias', channels),
  ]
  for (const [name, size] of [['condition', conditionSize], ['context', contextChannels]] as const) {
    if (size === 0) continue
    parameters.push(uniform(`${name}.vertical`, [size, 2 * verticalChannels], size, verticalChannels))
    parameters.push(uniform(`${name}.horizontal`, [size, 2 * channels], size, channels))
  }

  /** Adds V h, and V s of a map, to the gates of one stack. */
  const conditioned = (features: tf.Tensor, stack: 'vertical' | 'horizontal', parameter: ParameterOf, given: Given): tf.Tensor => {
    let sum = features
    if (given.condition) {
      const h = tf.matMul(given.condition as tf.Tensor2D, parameter(`condition.${stack}`) as tf.Tensor2D) // [B, S] -> [B, 2C]
      sum = tf.add(sum, tf.reshape(h, [h.shape[0]!, 1, 1, h.shape[1]!]))
    }
    if (!given.context) return sum
    return tf.add(sum, product(given.context, parameter(`context.${stack}`)))
  }

  return {
    parameters,
    apply(streams, parameter) {
      const { main } = streams
      const given: Given = {
        ...(conditionSize > 0 ? { condition: streams.condition! } : {}),
        ...(contextChannels > 0 ? { context: streams.context! } : {}),
      }
      const [batch, height, width] = main.shape as [number, number, number, number]
      let padded: tf.Tensor
      if (mask === 'B') padded = tf.pad(streams.vertical!, [[0, 0], [half, 0], [half, half], [0, 0]])
      else {
        // The kernel of a first layer ends above its own row, so the last row is never seen.
        const lowered = tf.pad(main, [[0, 0], [half - 1 + shift, 0], [half, half], [0, 0]])
        padded = tf.slice(lowered, [0, 0, 0, 0], [batch, height + half - 1, width + 2 * half, verticalInputs])
      }
      const above = conv2d(padded, parameter('vertical.weight'), 'valid')
      const vertical = conditioned(biasAdd(above, parameter('vertical.bias')), 'vertical', parameter, given) // [B, H, W, 2C]
      const left = tf.pad(main, [[0, 0], [0, 0], [half, 0], [0, 0]])
      const row = conv2d(left, multiplyMask(parameter('horizontal.weight'), horizontalMask), 'valid')
      const across = product(vertical, parameter('across.weight'))
      // The bias right after the convolution: TensorFlow makes one operation of the convolution, the bias and the sum.
      const horizontal = tf.add(biasAdd(row, parameter('horizontal.bias')), across) // [B, H, W, 2C]
      const z = gate(conditioned(horizontal, 'horizontal', parameter, given)) // [B, H, W, 2C] -> [B, H, W, C]
      const projected = project(z, parameter('output.weight'), parameter('output.bias'))
      return {
        ...streams,
        main: mask === 'A' ? projected : tf.add(main, projected),
        vertical: gate(vertical),
      }
    },
    describe: gatedDescription(shape, horizontalMask),
    incremental: gatedIncremental(shape, horizontalMask),
  }
}

interface Given {
  condition?: tf.Tensor
  context?: tf.Tensor
}
