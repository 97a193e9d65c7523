import { z } from 'zod'
import { needsStrict } from './maskedConv'
import { keptByMaskedKernel, traceMaskedConvolution } from './masks'
import { gateGroups, traceRowAbove, traceStates } from './recurrentMaps'
import type { BlockDescription } from './stream'
import { groupsOfChannels, union } from './stream'

export const diagonalBiLstmSchema = z.strictObject({
  kind: z.literal('diagonal-bilstm'),
  hidden: z.number().int().min(1).max(4096).default(16).meta({ title: 'Units', description: 'Of each of the two directions.' }),
})
export type DiagonalBiLstmBlock = z.infer<typeof diagonalBiLstmSchema>

/**
 * x + up(left + right moved down by one row) (PixelRNN, section 3.2): two LSTMs over the diagonals, whose states at a pixel read those of the
 * pixel above and of the one to the left, or to the right. Moved down by one row, the second sees nothing that is still to come, and all earlier
 * pixels but the last of the row above, whose features do not hold its own value yet.
 */
export const diagonalBiLstm: BlockDescription<DiagonalBiLstmBlock> = {
  kind: 'diagonal-bilstm',
  title: 'Diagonal BiLSTM',
  inspect({ hidden }, input, { grid }) {
    const { channels, groupOf } = input
    const gates = gateGroups(hidden, 4, grid.groups)
    const area = grid.height * grid.width
    return {
      output: { ...input, sees: 'strict' },
      parameters:
        2 * (keptByMaskedKernel('B', 1, groupOf, gates) + gates.length + 2 * hidden * 4 * hidden) +
        keptByMaskedKernel('B', 1, groupsOfChannels(hidden, grid.groups), groupOf) +
        channels,
      multiplyAdds: area * (8 * hidden * (channels + 2 * hidden) + hidden * channels),
      activations: area * (5 * channels + 39 * hidden),
      reach: { up: grid.height - 1, left: grid.width - 1, right: grid.width - 1 },
      leak: needsStrict(input, 'a Diagonal BiLSTM'),
    }
  },
  trace(_block, need, _input, { grid }) {
    const hidden = traceMaskedConvolution('B', 1, need.main, grid)
    const left = traceStates(hidden, grid, [[0, -1], [-1, 0]])
    const right = traceStates(traceRowAbove(hidden, grid), grid, [[0, 1], [-1, 0]])
    return { ...need, main: union(need.main, traceMaskedConvolution('B', 1, union(left, right), grid)) }
  },
}
