import { z } from 'zod'
import { needsStrict } from './maskedConv'
import { keptByMaskedKernel, traceMaskedConvolution } from './masks'
import { gateGroups, keptByRowKernel, traceRowKernel, traceStates } from './recurrentMaps'
import type { BlockDescription } from './stream'
import { groupsOfChannels, union } from './stream'

export const rowLstmSchema = z.strictObject({
  kind: z.literal('row-lstm'),
  hidden: z.number().int().min(1).max(4096).default(16).meta({ title: 'Units' }),
  kernel: z
    .union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)])
    .default(3)
    .meta({ title: 'Kernel', description: 'Columns of the state-to-state convolution, and of the masked input-to-state one.' }),
})
export type RowLstmBlock = z.infer<typeof rowLstmSchema>

/**
 * x + up(LSTM(x)) row by row (PixelRNN, section 3.1): the gates read the input by a k × 1 convolution with mask B and the states of the row
 * above by a k × 1 convolution without one, as that row is known whole.
 */
export const rowLstm: BlockDescription<RowLstmBlock> = {
  kind: 'row-lstm',
  title: 'Row LSTM',
  inspect({ hidden, kernel }, input, { grid }) {
    const half = Math.floor(kernel / 2)
    const { channels, groupOf } = input
    const gates = gateGroups(hidden, 4, grid.groups)
    const area = grid.height * grid.width
    const most = grid.width - 1
    return {
      output: { ...input, sees: 'strict' },
      parameters:
        keptByRowKernel(kernel, groupOf, gates) +
        gates.length +
        kernel * hidden * 4 * hidden +
        keptByMaskedKernel('B', 1, groupsOfChannels(hidden, grid.groups), groupOf) +
        channels,
      multiplyAdds: area * (4 * hidden * ((half + 1) * channels + kernel * hidden) + hidden * channels),
      activations: area * (2 * (half + 1) * channels + channels + (kernel + 19) * hidden),
      reach: { up: grid.height - 1, left: half > 0 ? most : 0, right: half > 0 ? most : 0 },
      leak: needsStrict(input, 'a Row LSTM'),
    }
  },
  trace(block, need, _input, { grid }) {
    const half = Math.floor(block.kernel / 2)
    const above = Array.from({ length: block.kernel }, (_value, tap) => [-1, tap - half] as const)
    const states = traceStates(traceMaskedConvolution('B', 1, need.main, grid), grid, above)
    return { ...need, main: union(need.main, traceRowKernel(block.kernel, states, grid)) }
  },
}
