import { z } from 'zod'
import type { BlockDescription } from './stream'
import { union } from './stream'

export const gatedResidualSchema = z.strictObject({
  kind: z.literal('gated-residual'),
  kernel: z.number().int().min(2).max(8),
  dilation: z.number().int().min(1).max(65_536),
  skip: z.number().int().min(1).max(4096),
  /** False in the last block, whose residual output nobody reads. */
  residual: z.boolean(),
})
export type GatedResidualBlock = z.infer<typeof gatedResidualSchema>

/** z = tanh(W_f ∗ h) ⊙ σ(W_g ∗ h), causal and dilated; h ← h + W_r z; skip ← skip + W_s z (WaveNet, figure 4). */
export const gatedResidual: BlockDescription<GatedResidualBlock> = {
  kind: 'gated-residual',
  title: 'Gated residual block',
  inspect(block, input, { grid }) {
    const { channels } = input
    const gates = block.kernel * channels * 2 * channels
    const residual = block.residual ? channels * channels : 0
    const skip = channels * block.skip
    const mismatch = input.skipChannels > 0 && input.skipChannels !== block.skip
    if (mismatch)
      throw new Error(
        `All gated residual blocks must have the same number of skip channels, but one has ${block.skip} after ${input.skipChannels}.`,
      )
    return {
      output: { ...input, skipChannels: block.skip },
      parameters: gates + 2 * channels + residual + (block.residual ? channels : 0) + skip + block.skip,
      multiplyAdds: grid.width * (gates + residual + skip),
      activations: grid.width * ((block.kernel + 7) * channels + block.skip),
      reach: { up: 0, left: block.dilation * (block.kernel - 1), right: 0 },
      leak: null,
    }
  },
  trace({ kernel, dilation }, need) {
    const gated = union(need.main, need.skip)
    const main = need.main.slice()
    for (let tap = 0; tap < kernel; tap++) {
      const lag = tap * dilation
      for (let position = lag; position < gated.length; position++) if (gated[position]) main[position - lag] = 1
    }
    return { main, skip: need.skip }
  },
}
