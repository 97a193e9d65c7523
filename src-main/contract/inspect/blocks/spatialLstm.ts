import { z } from 'zod'
import { kernelSchema, maskSchema, needsStrict } from './maskedConv'
import { keptByMaskedKernel, rowsOfMaskedKernel, traceMaskedConvolution } from './masks'
import { gateGroups, traceStates } from './recurrentMaps'
import type { BlockDescription } from './stream'
import { groupsOfChannels } from './stream'

export const spatialLstmSchema = z.strictObject({
  kind: z.literal('spatial-lstm'),
  hidden: z.number().int().min(1).max(4096).default(24).meta({ title: 'Units' }),
  mask: maskSchema,
  kernel: kernelSchema.default(7).meta({ title: 'Neighbourhood', description: 'Width of the causal neighbourhood that the gates read.' }),
})
export type SpatialLstmBlock = z.infer<typeof spatialLstmSchema>

/** i, two forget gates, o and the candidate. */
export const SPATIAL_GATES = 5

/**
 * The spatial LSTM (Theis & Bethge 2015, equation 6): two-dimensional long short-term memory whose gates read the causal neighbourhood of a
 * pixel and the states to its left and above it, each with a forget gate of its own.
 */
export const spatialLstm: BlockDescription<SpatialLstmBlock> = {
  kind: 'spatial-lstm',
  title: 'Spatial LSTM',
  inspect({ hidden, mask, kernel }, input, { grid }) {
    const half = Math.floor(kernel / 2)
    const gates = gateGroups(hidden, SPATIAL_GATES, grid.groups)
    const area = grid.height * grid.width
    return {
      output: { ...input, sees: 'strict', channels: hidden, groupOf: groupsOfChannels(hidden, grid.groups) },
      parameters: keptByMaskedKernel(mask, kernel, input.groupOf, gates) + gates.length + 2 * hidden * gates.length,
      multiplyAdds: area * gates.length * (rowsOfMaskedKernel(kernel) * kernel * input.channels + 2 * hidden),
      activations: area * (2 * input.channels + 55 * hidden),
      reach: { up: grid.height - 1, left: grid.width - 1, right: half },
      leak: mask === 'B' ? needsStrict(input, 'a spatial LSTM with mask B') : null,
    }
  },
  trace(block, need, _input, { grid }) {
    const states = traceStates(need.main, grid, [[0, -1], [-1, 0]])
    return { ...need, main: traceMaskedConvolution(block.mask, block.kernel, states, grid) }
  },
}
