import { z } from 'zod'
import { needsStrict } from './maskedConv'
import { mixtureComponents, outputsOf } from './mixtureComponents'
import type { BlockDescription } from './stream'
import { emptySet, groupsOfChannels } from './stream'

export const sequenceHeadSchema = z.strictObject({
  kind: z.literal('sequence-head'),
  hidden: z.number().int().min(1).max(8192).default(64).meta({ title: 'Channels', description: 'Between its two 1 × 1 convolutions.' }),
  components: mixtureComponents,
})
export type SequenceHeadBlock = z.infer<typeof sequenceHeadSchema>

/** ReLU, 1 × 1, ReLU, 1 × 1 on the sum of the skip outputs: the P distribution parameters of each position. */
export const sequenceHead: BlockDescription<SequenceHeadBlock> = {
  kind: 'sequence-head',
  title: 'Output',
  inspect({ hidden, components }, input, context) {
    const { grid } = context
    const parametersPerDimension = outputsOf({ components }, context)
    if (input.skipChannels === 0)
      throw new Error('The output reads the sum of skip outputs, but no gated residual block comes before it. Add one.')
    return {
      output: { ...input, channels: parametersPerDimension, groupOf: groupsOfChannels(parametersPerDimension, 1) },
      parameters: input.skipChannels * hidden + hidden + hidden * parametersPerDimension + parametersPerDimension,
      multiplyAdds: grid.width * (input.skipChannels * hidden + hidden * parametersPerDimension),
      activations: grid.width * (input.skipChannels + 2 * hidden + 2 * parametersPerDimension),
      reach: { up: 0, left: 0, right: 0 },
      leak: needsStrict(input, 'the output'),
    }
  },
  trace: (_block, need, _input, { grid }) => ({ main: emptySet(grid), skip: need.main }),
}
