import { z } from 'zod'
import { anyGroup, everyGroup } from './gatedMasks'
import { needsStrict } from './maskedConv'
import { flagAlso } from './planes'
import type { BlockDescription, Grid, PositionSet } from './stream'
import { emptyPlane, union } from './stream'

export const causalAttentionSchema = z.strictObject({
  kind: z.literal('causal-attention'),
  heads: z.number().int().min(1).max(64).default(1).meta({ title: 'Heads', description: 'Must divide the width.' }),
  width: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(16)
    .meta({ title: 'Width', description: 'Channels of the keys, and of the values, of all heads together.' }),
})
export type CausalAttentionBlock = z.infer<typeof causalAttentionSchema>

/** Channels that tell where a pixel is: its row and its column, −1…1. */
export const COORDINATES = 2

/** Channels of a stream that depend on earlier pixels alone, so that any colour may see what is made of them: those of the first group. */
export const channelsOfFirstGroup = (groupOf: Int32Array): number => groupOf.reduce((total, group) => total + (group <= 0 ? 1 : 0), 0)

/**
 * Attention from each pixel to the pixels strictly before it (Chen et al. 2018, PixelSNAIL): h + W_o Σ_j softmax_j(q_i · k_j / √d) v_j, j < i.
 * Keys and values come from the features, the image itself and the coordinates of pixel j; queries from features and coordinates of pixel i,
 * of which only the channels of the first colour are used, since later ones have seen the pixel's own first colours.
 */
export const causalAttention: BlockDescription<CausalAttentionBlock> = {
  kind: 'causal-attention',
  title: 'Causal attention',
  inspect({ heads, width }, input, { grid }) {
    if (!input.imageChannels) throw new Error('Causal attention looks at the image itself, but no image input comes before it. Put one first.')
    if (width % heads !== 0)
      throw new Error(`The ${width} channels of the attention cannot be divided evenly among ${heads} heads. Choose a multiple of ${heads}.`)
    const pixels = grid.height * grid.width
    const query = (channelsOfFirstGroup(input.groupOf) + COORDINATES + 1) * width
    const keysAndValues = (input.channels + input.imageChannels + COORDINATES + 1) * 2 * width
    return {
      output: { ...input, sees: 'strict' },
      parameters: query + keysAndValues + (width + 1) * input.channels,
      multiplyAdds: pixels * (query + keysAndValues + width * input.channels + pixels * 2 * width),
      activations: pixels * (5 * width + 2 * input.channels + heads * pixels),
      reach: { up: grid.height - 1, left: grid.width - 1, right: grid.width - 1 },
      leak: needsStrict(input, 'an attention block'),
    }
  },
  trace(_block, need, _input, { grid }) {
    const plane = anyGroup(need.main, grid)
    const earlier = before(plane, grid)
    const main = union(need.main, everyGroup(earlier, grid))
    // The query: the first group of the pixel itself.
    flagAlso(main, 0, plane, 0, plane.length)
    const image = everyGroup(earlier, grid)
    return { ...need, main, image: need.image ? union(need.image, image) : image }
  },
}

/** All positions of the raster before the last one that is needed. */
function before(plane: PositionSet, grid: Grid): PositionSet {
  return emptyPlane(grid).fill(1, 0, Math.max(0, plane.lastIndexOf(1)))
}
