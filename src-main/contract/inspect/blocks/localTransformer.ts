import { z } from 'zod'
import { needsStrict } from './maskedConv'
import type { BlockDescription } from './stream'
import { dropoutSchema } from './transformerBlock'

export const localTransformerSchema = z.strictObject({
  kind: z.literal('local-transformer'),
  window: z.number().int().min(1).max(2048).default(128).meta({ title: 'Window', description: 'Steps that each attends to: itself and those before.' }),
  heads: z.number().int().min(1).max(64).default(2).meta({ title: 'Attention heads', description: 'Must divide the channels.' }),
  feedForward: z.number().int().min(1).max(16_384).default(128).meta({ title: 'Feed-forward', description: 'Channels inside the feed-forward part.' }),
  dropout: dropoutSchema
    .default(0)
    .meta({ title: 'Dropout', description: 'Share of activations dropped while training, after the attention and after the feed-forward part.' }),
})
export type LocalTransformerBlock = z.infer<typeof localTransformerSchema>

/**
 * The Transformer block over the last `window` steps alone, told how far back each lies (Press et al. 2022, ALiBi) instead of where it stands: for
 * sequences of any length.
 */
export const localTransformer: BlockDescription<LocalTransformerBlock> = {
  kind: 'local-transformer',
  title: 'Local Transformer block',
  inspect({ window, heads, feedForward }, input, { grid }) {
    const { channels } = input
    if (channels % heads !== 0)
      throw new Error(`${channels} channels cannot be divided evenly among ${heads} attention heads. Choose a multiple of ${heads}.`)
    const projections = 4 * channels * channels + 2 * channels * feedForward
    const seen = Math.min(window, grid.width)
    return {
      output: input,
      parameters: projections + 9 * channels + feedForward,
      multiplyAdds: grid.width * (projections + 2 * seen * channels),
      activations: grid.width * (14 * channels + 3 * feedForward + 2 * heads * seen),
      reach: { up: 0, left: window - 1, right: 0 },
      leak: needsStrict(input, 'a Transformer block'),
    }
  },
  trace({ window }, need) {
    const main = new Uint8Array(need.main.length)
    for (let position = 0; position < main.length; position++)
      if (need.main[position]) main.fill(1, Math.max(0, position - window + 1), position + 1)
    return { ...need, main }
  },
}
