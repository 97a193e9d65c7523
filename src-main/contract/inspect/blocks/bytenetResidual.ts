import { z } from 'zod'
import { needsStrict } from './maskedConv'
import type { BlockDescription } from './stream'
import { dropoutSchema } from './transformerBlock'

export const bytenetResidualSchema = z.strictObject({
  kind: z.literal('bytenet-residual'),
  kernel: z.number().int().min(1).max(64).default(3).meta({ title: 'Kernel', description: 'Taps of its causal convolution.' }),
  dilation: z.number().int().min(1).max(65_536).default(1).meta({ title: 'Dilation', description: 'Steps between taps: the block reaches (kernel − 1) · dilation back.' }),
  inside: z.number().int().min(1).max(4096).default(32).meta({ title: 'Channels inside', description: 'Between its 1 × 1 convolutions, d; the features around it have 2d in the paper.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of the block’s output dropped while training.' }),
})
export type BytenetResidualBlock = z.infer<typeof bytenetResidualSchema>

/** h ← h + W₃ relu(LN(W₂ ∗ relu(LN(W₁ relu(LN(h)))))), W₂ causal and dilated (Kalchbrenner et al. 2016, figure 3, left). */
export const bytenetResidual: BlockDescription<BytenetResidualBlock> = {
  kind: 'bytenet-residual',
  title: 'ByteNet block',
  inspect({ kernel, dilation, inside }, input, { grid }) {
    const { channels } = input
    const weights = 2 * channels * inside + kernel * inside * inside
    return {
      output: input,
      // Three layer norms, and a bias for each of the three convolutions.
      parameters: weights + 2 * (channels + 2 * inside) + 2 * inside + channels,
      multiplyAdds: grid.width * weights,
      activations: grid.width * (6 * channels + (8 + kernel) * inside),
      reach: { up: 0, left: dilation * (kernel - 1), right: 0 },
      leak: needsStrict(input, 'a ByteNet block'),
    }
  },
  trace({ kernel, dilation }, need) {
    const main = need.main.slice()
    for (let lag = dilation; lag < kernel * dilation; lag += dilation)
      for (let position = lag; position < main.length; position++) if (need.main[position]) main[position - lag] = 1
    return { ...need, main }
  },
}
