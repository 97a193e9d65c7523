import { z } from 'zod'
import { needsStrict } from './maskedConv'
import { keptByMaskedKernel, traceMaskedConvolution } from './masks'
import type { BlockDescription } from './stream'
import { groupsOfChannels } from './stream'

export const imageHeadSchema = z.strictObject({
  kind: z.literal('image-head'),
  components: z
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .meta({ title: 'Components', description: 'Of a discretised mixture of logistics; absent: a Bernoulli where binary, else a softmax over the levels.' }),
})
export type ImageHeadBlock = z.infer<typeof imageHeadSchema>

/** ReLU and a 1 × 1 convolution with mask B to the P distribution parameters of each channel. */
export const imageHead: BlockDescription<ImageHeadBlock> = {
  kind: 'image-head',
  title: 'Output',
  inspect({ components }, input, { grid, parametersPerDimension }) {
    const channels = grid.groups * (components ? 3 * components : parametersPerDimension)
    const groupOf = groupsOfChannels(channels, grid.groups)
    const area = grid.height * grid.width
    return {
      output: { ...input, sees: 'strict', channels, groupOf },
      parameters: keptByMaskedKernel('B', 1, input.groupOf, groupOf) + channels,
      multiplyAdds: area * input.channels * channels,
      activations: area * (input.channels + 2 * channels),
      reach: { up: 0, left: 0, right: 0 },
      leak: needsStrict(input, 'the output'),
    }
  },
  trace: (_block, need, _input, { grid }) => ({ ...need, main: traceMaskedConvolution('B', 1, need.main, grid) }),
}
