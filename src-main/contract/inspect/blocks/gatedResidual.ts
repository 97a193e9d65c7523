import { z } from 'zod'
import { framesRead } from '../../localFeatures'
import type { BlockDescription } from './stream'
import { emptySet, union } from './stream'

export const gatedResidualSchema = z.strictObject({
  kind: z.literal('gated-residual'),
  kernel: z.number().int().min(2).max(8).default(2).meta({ title: 'Kernel', description: 'Taps of the causal convolution.' }),
  dilation: z.number().int().min(1).max(65_536).default(1).meta({ title: 'Dilation', description: 'Steps between taps: the block reaches (kernel − 1) · dilation back.' }),
  skip: z
    .number()
    .int()
    .min(0)
    .max(4096)
    .default(48)
    .meta({ title: 'Skip channels', description: 'Of the side output, whose sum over blocks the skip output head reads. 0: no side output.' }),
  residual: z
    .boolean()
    .default(true)
    .meta({ title: 'Residual', description: 'Hands on its input plus what it found. Off in the last block before a head that reads the skip outputs alone.' }),
})
export type GatedResidualBlock = z.infer<typeof gatedResidualSchema>

/** z = tanh(W_f ∗ h + V_f c) ⊙ σ(W_g ∗ h + V_g c), causal and dilated, with the condition c where there is one (of a sequence of features, c_t); h ← h + W_r z; skip ← skip + W_s z (WaveNet, figure 4). */
export const gatedResidual: BlockDescription<GatedResidualBlock> = {
  kind: 'gated-residual',
  title: 'Gated residual block',
  inspect(block, input, { grid }) {
    const { channels, conditionSize = 0, conditionFrames } = input
    // A sequence of features is multiplied frame by frame, before it is brought to the rate of the samples.
    const frames = conditionFrames ? framesRead(conditionFrames, grid.width) : 0
    const gates = block.kernel * channels * 2 * channels
    const residual = block.residual ? channels * channels : 0
    const skip = channels * block.skip
    const mismatch = input.skipChannels > 0 && block.skip > 0 && input.skipChannels !== block.skip
    if (mismatch)
      throw new Error(
        `All gated residual blocks must have the same number of skip channels, but one has ${block.skip} after ${input.skipChannels}.`,
      )
    if (!block.residual && block.skip === 0)
      throw new Error('A gated residual block with neither a residual nor a skip output does nothing. Switch the residual on, or give it skip channels.')
    return {
      output: { ...input, skipChannels: block.skip || input.skipChannels },
      parameters: gates + 2 * channels + conditionSize * 2 * channels + residual + (block.residual ? channels : 0) + skip + block.skip,
      multiplyAdds: grid.width * (gates + residual + skip) + frames * conditionSize * 2 * channels,
      activations: grid.width * ((block.kernel + 7) * channels + block.skip),
      reach: { up: 0, left: block.dilation * (block.kernel - 1), right: 0 },
      leak: null,
    }
  },
  trace({ kernel, dilation, residual, skip }, need, _input, { grid }) {
    const gated = union(residual ? need.main : emptySet(grid), skip > 0 ? need.skip : emptySet(grid))
    const main = need.main.slice()
    for (let tap = 0; tap < kernel; tap++) {
      const lag = tap * dilation
      for (let position = lag; position < gated.length; position++) if (gated[position]) main[position - lag] = 1
    }
    return { main, skip: need.skip }
  },
}
