import { z } from 'zod'
import type { BlockDescription } from './stream'

export const contextInputSchema = z.strictObject({
  kind: z.literal('context-input'),
  channels: z.number().int().min(1).max(4096).default(16).meta({ title: 'Channels', description: 'F, features at each pixel.' }),
})
export type ContextInputBlock = z.infer<typeof contextInputSchema>

/**
 * A map of features that is given beside the image, as of a coarser scale that is generated before it: every pixel may see all of it. It
 * touches no position; the gates after it add V s.
 */
export const contextInput: BlockDescription<ContextInputBlock> = {
  kind: 'context-input',
  title: 'Context map',
  inspect: ({ channels }, input, { grid }) => ({
    output: { ...input, contextChannels: channels },
    parameters: 0,
    multiplyAdds: 0,
    activations: channels * grid.height * grid.width,
    reach: { up: 0, left: 0, right: 0 },
    leak: null,
  }),
  trace: (_block, need) => need,
}
