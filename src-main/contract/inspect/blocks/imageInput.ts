import { z } from 'zod'
import type { BlockDescription } from './stream'
import { groupsOfChannels, union } from './stream'

export const imageInputSchema = z.strictObject({ kind: z.literal('image-input') })
export type ImageInputBlock = z.infer<typeof imageInputSchema>

/** Levels scaled to −1…1, and a channel of ones, so that the padding around the image can be told from its content. */
export const imageInput: BlockDescription<ImageInputBlock> = {
  kind: 'image-input',
  title: 'Image',
  inspect: (_block, _input, { grid }) => ({
    output: {
      sees: 'data',
      channels: grid.groups + 1,
      groupOf: Int32Array.of(...groupsOfChannels(grid.groups, grid.groups), -1),
      skipChannels: 0,
      imageChannels: grid.groups + 1,
    },
    parameters: 0,
    multiplyAdds: 0,
    activations: (grid.groups + 1) * grid.height * grid.width,
    reach: { up: 0, left: 0, right: 0 },
    leak: null,
  }),
  trace: (_block, need) => (need.image ? { ...need, main: union(need.main, need.image) } : need),
}
