import { z } from 'zod'
import { keptByMaskedKernel, rowsOfMaskedKernel, traceMaskedConvolution } from './masks'
import type { BlockDescription, Stream } from './stream'
import { groupsOfChannels } from './stream'

export const kernelSchema = z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7), z.literal(9), z.literal(11)])

export const maskSchema = z
  .enum(['A', 'B'])
  .default('A')
  .meta({ title: 'Mask', description: 'A hides the pixel itself, as the first layer over the data must; B shows it, in layers whose input hides it already.' })

export const maskedConvSchema = z.strictObject({
  kind: z.literal('masked-conv'),
  mask: maskSchema,
  kernel: kernelSchema.default(7).meta({ title: 'Kernel', description: 'Its size k × k, of which the part below and to the right of the centre is masked.' }),
  channels: z.number().int().min(1).max(4096).default(32).meta({ title: 'Channels', description: 'Feature maps that come out; divided among the colours.' }),
  relu: z.boolean().default(false).meta({ title: 'ReLU before', description: 'Rectifies what comes in.' }),
})
export type MaskedConvBlock = z.infer<typeof maskedConvSchema>

/** A masked convolution: mask A turns data into a strict stream, mask B needs a strict one. */
export const maskedConv: BlockDescription<MaskedConvBlock> = {
  kind: 'masked-conv',
  title: 'Masked convolution',
  inspect(block, input, { grid }) {
    const half = Math.floor(block.kernel / 2)
    const groupOf = groupsOfChannels(block.channels, grid.groups)
    const area = grid.height * grid.width
    return {
      output: { ...input, sees: 'strict', channels: block.channels, groupOf },
      parameters: keptByMaskedKernel(block.mask, block.kernel, input.groupOf, groupOf) + block.channels,
      multiplyAdds: area * rowsOfMaskedKernel(block.kernel) * block.kernel * input.channels * block.channels,
      activations: area * (block.channels + (block.relu ? input.channels : 0)),
      reach: { up: half, left: half, right: half },
      leak: block.mask === 'B' ? needsStrict(input, 'a convolution with mask B') : null,
    }
  },
  trace: (block, need, _input, { grid }) => ({ ...need, main: traceMaskedConvolution(block.mask, block.kernel, need.main, grid) }),
}

/** The reason when a block that must not see data is given it. */
export function needsStrict(input: Stream, what: string): string | null {
  return input.sees === 'strict'
    ? null
    : `${what} sees its own position, and its input still holds the data there: ` +
        'a block that hides x_i (mask A, or a shift by one) must come first'
}
