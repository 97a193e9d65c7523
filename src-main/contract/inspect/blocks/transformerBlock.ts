import { z } from 'zod'
import { needsStrict } from './maskedConv'
import { mixtureComponents, outputsOf } from './mixtureComponents'
import type { BlockDescription } from './stream'
import { groupsOfChannels } from './stream'

export const dropoutSchema = z.number().min(0).max(0.9)

export const transformerBlockSchema = z.strictObject({
  kind: z.literal('transformer-block'),
  heads: z.number().int().min(1).max(64).default(2).meta({ title: 'Attention heads', description: 'Must divide the channels.' }),
  feedForward: z.number().int().min(1).max(16_384).default(128).meta({ title: 'Feed-forward', description: 'Channels inside the feed-forward part.' }),
  dropout: dropoutSchema
    .default(0)
    .meta({ title: 'Dropout', description: 'Share of activations dropped while training, after the attention and after the feed-forward part.' }),
})
export type TransformerBlock = z.infer<typeof transformerBlockSchema>

/** h ← h + MultiHead(LN(h)), h ← h + W₂ GELU(W₁ LN(h)), each position attending to itself and those before (pre-norm decoder block). */
export const transformerBlock: BlockDescription<TransformerBlock> = {
  kind: 'transformer-block',
  title: 'Transformer block',
  inspect({ heads, feedForward }, input, { grid }) {
    const { channels } = input
    if (channels % heads !== 0)
      throw new Error(`${channels} channels cannot be divided evenly among ${heads} attention heads. Choose a multiple of ${heads}.`)
    const projections = 4 * channels * channels + 2 * channels * feedForward
    return {
      output: input,
      parameters: projections + 9 * channels + feedForward,
      multiplyAdds: grid.width * (projections + 2 * grid.width * channels),
      activations: grid.width * (12 * channels + 3 * feedForward + heads * grid.width),
      reach: { up: 0, left: grid.width - 1, right: 0 },
      leak: needsStrict(input, 'a Transformer block'),
    }
  },
  trace(_block, need) {
    const last = need.main.lastIndexOf(1)
    return { ...need, main: new Uint8Array(need.main.length).fill(1, 0, last + 1) }
  },
}

export const projectionHeadSchema = z.strictObject({ kind: z.literal('projection-head'), components: mixtureComponents })
export type ProjectionHeadBlock = z.infer<typeof projectionHeadSchema>

/** Layer norm and a linear map to the P distribution parameters of each position. */
export const projectionHead: BlockDescription<ProjectionHeadBlock> = {
  kind: 'projection-head',
  title: 'Output',
  inspect(block, input, context) {
    const { grid } = context
    const parametersPerDimension = outputsOf(block, context)
    return {
      output: { ...input, channels: parametersPerDimension, groupOf: groupsOfChannels(parametersPerDimension, 1) },
      parameters: 2 * input.channels + (input.channels + 1) * parametersPerDimension,
      multiplyAdds: grid.width * input.channels * parametersPerDimension,
      activations: grid.width * (2 * input.channels + 2 * parametersPerDimension),
      reach: { up: 0, left: 0, right: 0 },
      leak: needsStrict(input, 'the output'),
    }
  },
  trace: (_block, need) => need,
}
