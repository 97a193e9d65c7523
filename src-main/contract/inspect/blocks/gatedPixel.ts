import { z } from 'zod'
import {
  anyGroup,
  columnsOfHorizontalKernel,
  everyGroup,
  keptByHorizontalKernel,
  rowsOfVerticalKernel,
  traceHorizontalConvolution,
  traceVerticalConvolution,
} from './gatedMasks'
import { keptByMaskedKernel, traceMaskedConvolution } from './masks'
import type { MaskKind } from './masks'
import type { BlockDescription, BlockReport, Grid, Need, PositionSet, Stream } from './stream'
import { emptyPlane, groupsOfChannels, union } from './stream'

const gatedKernelSchema = z.union([z.literal(3), z.literal(5), z.literal(7), z.literal(9), z.literal(11)])
const gatedKernel = { title: 'Kernel', description: 'Nominal size n: ⌊n/2⌋ rows above and to both sides, ⌊n/2⌋ pixels to the left.' }

export const gatedInputSchema = z.strictObject({
  kind: z.literal('gated-input'),
  kernel: gatedKernelSchema.default(7).meta(gatedKernel),
  channels: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(24)
    .meta({ title: 'Channels', description: 'Feature maps of each of the two stacks; divided among the colours.' }),
  shift: z
    .number()
    .int()
    .min(0)
    .max(1)
    .default(1)
    .meta({ title: 'Shift', description: 'Rows by which the vertical stack is moved down: with 1, row r sees only the rows above it; with 0 the block leaks.' }),
})
export type GatedInputBlock = z.infer<typeof gatedInputSchema>

export const gatedLayerSchema = z.strictObject({ kind: z.literal('gated-layer'), kernel: gatedKernelSchema.default(5).meta(gatedKernel) })
export type GatedLayerBlock = z.infer<typeof gatedLayerSchema>

/** Channels of [tanh | σ] features by group: the groups of `channels` twice. */
export function gateGroups(groupOf: Int32Array): Int32Array {
  const gates = new Int32Array(2 * groupOf.length)
  gates.set(groupOf)
  gates.set(groupOf, groupOf.length)
  return gates
}

/**
 * The first layer of a gated net: it parts the image into the vertical stack (rows above, by a shift) and the horizontal one (the row
 * itself, by mask A). No residual: it would hand on the data.
 */
export const gatedInput: BlockDescription<GatedInputBlock> = {
  kind: 'gated-input',
  title: 'First gated layer, mask A',
  inspect(block, input, { grid }) {
    const groupOf = groupsOfChannels(block.channels, grid.groups)
    const output: Stream = { ...input, sees: 'strict', channels: block.channels, groupOf, vertical: { sees: 'strict', channels: block.channels } }
    return {
      ...figures({ mask: 'A', kernel: block.kernel, from: input.groupOf, verticalFrom: input.channels, output, grid }),
      leak:
        block.shift > 0
          ? null
          : 'its vertical stack sees its own row, and so the pixel itself and those to its right: the shift must be 1, so that it sees only the rows above',
    }
  },
  trace(block, need, input, { grid }) {
    const half = Math.floor(block.kernel / 2)
    const gates = traceMaskedConvolution('B', 1, need.main, grid)
    const vertical = union(anyGroup(gates, grid), need.vertical ?? emptyPlane(grid))
    const above = traceVerticalConvolution(block.kernel, half - 1 + block.shift, half, vertical, grid)
    const { vertical: _done, ...rest } = need
    return { ...rest, ...contextOf(need, vertical, input, grid), main: union(traceHorizontalConvolution('A', block.kernel, gates, grid), everyGroup(above, grid)) }
  },
}

/** Both stacks one layer on: tanh ⊙ σ gates in each, the vertical one feeds the horizontal one, which is residual. */
export const gatedLayer: BlockDescription<GatedLayerBlock> = {
  kind: 'gated-layer',
  title: 'Gated layer',
  inspect(block, input, { grid }) {
    const { vertical } = input
    if (!vertical)
      throw new Error('A gated layer works on a vertical and a horizontal stack, but nothing before it makes them. Put a gated input before it.')
    const report = figures({
      mask: 'B',
      kernel: block.kernel,
      from: input.groupOf,
      verticalFrom: vertical.channels,
      output: { ...input, sees: 'strict' },
      grid,
    })
    return { ...report, leak: null }
  },
  trace(block, need, input, { grid }): Need {
    const half = Math.floor(block.kernel / 2)
    const gates = traceMaskedConvolution('B', 1, need.main, grid)
    const vertical = union(anyGroup(gates, grid), need.vertical ?? emptyPlane(grid))
    return {
      ...need,
      ...contextOf(need, vertical, input, grid),
      main: union(need.main, traceHorizontalConvolution('B', block.kernel, gates, grid)),
      vertical: traceVerticalConvolution(block.kernel, half, half + 1, vertical, grid),
    }
  },
}

/** Gates of either stack read the context at their own place; those of the horizontal one are among `gates` too. */
function contextOf(need: Need, gates: PositionSet, input: Stream, grid: Grid): Pick<Need, 'context'> {
  return input.contextChannels ? { context: union(gates, need.context ?? emptyPlane(grid)) } : {}
}

interface FiguresOptions {
  mask: MaskKind
  kernel: number
  /** Groups of the horizontal stack's input. */
  from: Int32Array
  /** Channels of the vertical stack's input. */
  verticalFrom: number
  output: Stream
  grid: Grid
}

function figures({ mask, kernel, from, verticalFrom, output, grid }: FiguresOptions): Omit<BlockReport, 'leak'> {
  const { channels, groupOf } = output
  const gates = gateGroups(groupOf)
  const verticalChannels = output.vertical!.channels
  const above = rowsOfVerticalKernel(kernel, mask === 'A') * kernel * verticalFrom * 2 * verticalChannels
  const across = 2 * verticalChannels * 2 * channels
  const half = Math.floor(kernel / 2)
  const area = grid.height * grid.width
  const conditions = ((output.conditionSize ?? 0) + (output.contextChannels ?? 0)) * (2 * verticalChannels + 2 * channels)
  return {
    output,
    parameters:
      above +
      2 * verticalChannels +
      across +
      keptByHorizontalKernel(mask, kernel, from, gates) +
      2 * channels +
      keptByMaskedKernel('B', 1, groupOf, groupOf) +
      channels +
      conditions,
    multiplyAdds:
      area * (above + across + columnsOfHorizontalKernel(kernel) * from.length * 2 * channels + channels * channels) +
      (output.contextChannels ? area : 1) * conditions,
    activations: area * (verticalFrom + from.length + 5 * verticalChannels + 7 * channels),
    reach: { up: half, left: half, right: half },
  }
}
