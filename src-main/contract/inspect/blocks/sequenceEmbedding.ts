import { z } from 'zod'
import type { BlockDescription } from './stream'
import { groupsOfChannels } from './stream'

export const sequenceEmbeddingSchema = z.strictObject({
  kind: z.literal('sequence-embedding'),
  channels: z.number().int().min(1).max(4096).default(32).meta({ title: 'Channels', description: 'Of the vector that stands for a level.' }),
  shift: z
    .number()
    .int()
    .min(0)
    .max(1)
    .default(1)
    .meta({ title: 'Shift', description: 'Steps by which the input is moved on: 1 feeds each step the value before it; with 0 the block leaks.' }),
  of: z.enum(['levels', 'amplitudes']).optional().meta({
    title: 'Reads',
    description: 'Levels: a learned vector for each (also when absent). Amplitudes: a linear map of the amplitude and its μ-law companded form, for 16-bit audio.',
  }),
})
export type SequenceEmbeddingBlock = z.infer<typeof sequenceEmbeddingSchema>

/** A vector for each level, or a linear map of the two features of its amplitude, and one for the start that the first position sees in place of a sample. */
export const sequenceEmbedding: BlockDescription<SequenceEmbeddingBlock> = {
  kind: 'sequence-embedding',
  title: 'Embedding of the sample before',
  inspect: ({ channels, shift, of }, input, { grid, levels }) => ({
    output: { ...input, sees: shift > 0 ? 'strict' : 'data', channels, groupOf: groupsOfChannels(channels, 1) },
    parameters: (of === 'amplitudes' ? 4 : levels + 1) * channels,
    multiplyAdds: of === 'amplitudes' ? 2 * grid.width * channels : 0,
    activations: grid.width * channels,
    reach: { up: 0, left: shift, right: 0 },
    leak: shift > 0 ? null : 'gives each position its own sample: the shift must be 1, so that a position sees only the samples before it',
  }),
  trace({ shift }, need) {
    if (shift === 0) return need
    const main = new Uint8Array(need.main.length)
    main.set(need.main.subarray(shift))
    return { ...need, main }
  },
}
