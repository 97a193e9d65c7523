import { z } from 'zod'
import type { BlockDescription } from './stream'

export const positionEmbeddingSchema = z.strictObject({ kind: z.literal('position-embedding') })
export type PositionEmbeddingBlock = z.infer<typeof positionEmbeddingSchema>

/** h_t + P_t, a learned vector for each position; with a condition c also + V c. */
export const positionEmbedding: BlockDescription<PositionEmbeddingBlock> = {
  kind: 'position-embedding',
  title: 'Positions',
  inspect(_block, input, { grid }) {
    if (input.conditionFrames) throw new Error('Positions take one condition for a whole example, not a sequence of features. Remove them, or the features.')
    return {
      output: input,
      parameters: grid.width * input.channels + (input.conditionSize ?? 0) * input.channels,
      multiplyAdds: (input.conditionSize ?? 0) * input.channels,
      activations: grid.width * input.channels,
      reach: { up: 0, left: 0, right: 0 },
      leak: null,
    }
  },
  trace: (_block, need) => need,
}
