import { z } from 'zod'
import { needsStrict } from './maskedConv'
import type { BlockDescription } from './stream'
import { dropoutSchema } from './transformerBlock'

export const causalResidualSchema = z.strictObject({
  kind: z.literal('causal-residual'),
  kernel: z.number().int().min(1).max(64).default(3).meta({ title: 'Kernel', description: 'Taps of each of its two causal convolutions.' }),
  dilation: z.number().int().min(1).max(65_536).default(1).meta({ title: 'Dilation', description: 'Steps between taps: the block reaches 2 (kernel − 1) · dilation back.' }),
  weightNorm: z.boolean().default(true).meta({ title: 'Weight normalisation', description: 'Each output’s weights as a direction and a length.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of activations dropped while training, after each convolution.' }),
})
export type CausalResidualBlock = z.infer<typeof causalResidualSchema>

/** h ← relu(h + relu(W₂ ∗ relu(W₁ ∗ h))), both convolutions causal and dilated (Bai et al. 2018, figure 1). */
export const causalResidual: BlockDescription<CausalResidualBlock> = {
  kind: 'causal-residual',
  title: 'Causal residual block',
  inspect({ kernel, dilation, weightNorm }, input, { grid }) {
    const { channels } = input
    const weights = kernel * channels * channels
    return {
      output: input,
      parameters: 2 * (weights + channels + (weightNorm ? channels : 0)),
      multiplyAdds: grid.width * 2 * weights,
      activations: grid.width * channels * (2 * kernel + 6),
      reach: { up: 0, left: 2 * dilation * (kernel - 1), right: 0 },
      leak: needsStrict(input, 'a causal residual block'),
    }
  },
  trace({ kernel, dilation }, need) {
    const convolved = (from: Uint8Array): Uint8Array => {
      const reached = from.slice()
      for (let lag = dilation; lag < kernel * dilation; lag += dilation)
        for (let position = lag; position < from.length; position++) if (from[position]) reached[position - lag] = 1
      return reached
    }
    return { ...need, main: convolved(convolved(need.main)) }
  },
}
