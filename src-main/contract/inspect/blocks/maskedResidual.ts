import { z } from 'zod'
import { kernelSchema, needsStrict } from './maskedConv'
import { keptByMaskedKernel, rowsOfMaskedKernel, traceMaskedConvolution } from './masks'
import type { BlockDescription } from './stream'
import { groupsOfChannels, union } from './stream'

export const maskedResidualSchema = z.strictObject({
  kind: z.literal('masked-residual'),
  kernel: kernelSchema.default(3).meta({ title: 'Kernel', description: 'Mask-B kernel size of the middle convolution.' }),
  bottleneck: z.number().int().min(1).max(4096).default(16).meta({ title: 'Bottleneck', description: 'Channels between the two 1 × 1 convolutions.' }),
})
export type MaskedResidualBlock = z.infer<typeof maskedResidualSchema>

/** x + conv1×1(relu(conv k×k(relu(conv1×1(relu(x)))))), all mask B (PixelRNN, figure 5). */
export const maskedResidual: BlockDescription<MaskedResidualBlock> = {
  kind: 'masked-residual',
  title: 'Residual block, mask B',
  inspect(block, input, { grid }) {
    const { kernel, bottleneck } = block
    const half = Math.floor(kernel / 2)
    const narrow = groupsOfChannels(bottleneck, grid.groups)
    const area = grid.height * grid.width
    return {
      output: { ...input, sees: 'strict' },
      parameters:
        keptByMaskedKernel('B', 1, input.groupOf, narrow) +
        keptByMaskedKernel('B', kernel, narrow, narrow) +
        keptByMaskedKernel('B', 1, narrow, input.groupOf) +
        2 * bottleneck +
        input.channels,
      multiplyAdds: area * (2 * input.channels * bottleneck + rowsOfMaskedKernel(kernel) * kernel * bottleneck * bottleneck),
      activations: area * (3 * input.channels + 5 * bottleneck),
      reach: { up: half, left: half, right: half },
      leak: needsStrict(input, 'a residual block'),
    }
  },
  trace(block, need, _input, { grid }) {
    const narrowOut = traceMaskedConvolution('B', 1, need.main, grid)
    const narrowIn = traceMaskedConvolution('B', block.kernel, narrowOut, grid)
    return { ...need, main: union(need.main, traceMaskedConvolution('B', 1, narrowIn, grid)) }
  },
}
