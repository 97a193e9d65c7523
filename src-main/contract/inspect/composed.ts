import { z } from 'zod'
import type { Domain } from '../domain'
import { isSeries } from '../domain'
import type { Inspection } from '../records/model'
import type { BlockLayout } from './blocks/blockList'
import type { Block } from './blocks/blocks'
import { blockSchema } from './blocks/blocks'
import { checkBlocks } from './blocks/checkBlocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { composedPresets } from './composedPresets'
import type { ConfigMisfit, FamilyDescription, InspectOptions } from './family'
import { denseReceptiveField } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'

const startingPoint: Block[] = [
  { kind: 'image-input' },
  { kind: 'masked-conv', mask: 'A', kernel: 7, channels: 32, relu: false },
  { kind: 'masked-residual', kernel: 3, bottleneck: 16 },
  { kind: 'masked-conv', mask: 'B', kernel: 1, channels: 32, relu: true },
  { kind: 'image-head' },
]

export const composedSchema = z.strictObject({
  layout: z
    .enum(['image', 'sequence'])
    .default('image')
    .meta({ title: 'Layout', description: 'image: blocks work on the pixels; sequence: on the steps of a sequence, or the dimensions of an example in any order.' }),
  blocks: z.array(blockSchema).min(1).max(256).default(startingPoint).meta({ title: 'Blocks', description: 'From the input to the output.' }),
  ...orderingFields,
})
export type ComposedConfig = z.infer<typeof composedSchema>

/** Blocks by which each step sees all earlier ones, however far. */
const boundless = (block: Block): boolean => block.kind === 'recurrent' || block.kind === 'transformer-block'

/** Samples of context that one conditional of a sequence sees; null: all that came before. */
export function composedReceptiveField({ layout, blocks }: Pick<ComposedConfig, 'layout' | 'blocks'>): number | null {
  if (layout === 'image' || blocks.some(boundless)) return null
  return blocks.reduce((sum, block) => {
    if (block.kind === 'gated-residual') return sum + block.dilation * (block.kernel - 1)
    if (block.kind === 'local-transformer') return sum + block.window - 1
    if (block.kind === 'bytenet-residual') return sum + block.dilation * (block.kernel - 1)
    if (block.kind === 'causal-residual') return sum + 2 * block.dilation * (block.kernel - 1)
    return block.kind === 'sequence-embedding' ? sum + block.shift : sum
  }, 0)
}

function misfits(config: ComposedConfig, domain: Domain): ConfigMisfit[] {
  const { issues } = checkBlocks(config, domain)
  if (config.ordering === 'raster' || issues.some(({ field }) => field === 'layout')) return issues
  if (config.layout === 'image')
    issues.push({ field: 'ordering', message: "blocks on images generate pixel by pixel in the raster's order. Set it to 'raster', or choose the layout 'sequence'." })
  else if (isSeries(domain)) issues.push({ field: 'ordering', message: "sequences of different lengths are generated in time. Set it to 'raster'." })
  return issues
}

function inspect(config: ComposedConfig, domain: Domain, options: InspectOptions = {}): Inspection {
  const [issue] = misfits(config, domain)
  if (issue) throw new Error(`${issue.field}: ${issue.message}`)
  const { layout, blocks } = config
  if (layout === 'image' || isSeries(domain)) return inspectBlocks(layout, blocks, domain, options)
  const ordering = configuredOrdering(config, domain)
  const inspection = inspectBlocks(layout, blocks, domain, { ...options, ordering })
  return blocks.some(boundless) ? { ...inspection, receptiveField: denseReceptiveField(domain, ordering, options.pixel) } : inspection
}

export const composed: FamilyDescription<ComposedConfig> = {
  id: 'composed',
  title: 'Your own blocks',
  description:
    'A net put together from the blocks of all the others: masked and gated convolutions, attention, recurrent layers, dilated convolutions. ' +
    'Whatever leaks is named and not trained.',
  reference: 'The papers of its blocks: PixelCNN, Gated PixelCNN, PixelRNN, PixelSNAIL, WaveNet, Transformer',
  equation: 'p(x_i | x_<i) = head(block_n ∘ … ∘ block_1(x))_i, where each block passes on what is causal only',
  cost: 'that of its blocks; the builder shows each one’s',
  domains: ['binary images', 'grey images', 'RGB images', 'audio', 'text', 'any discrete sequence or raster'],
  sampling: 'cached',
  schema: composedSchema,
  refuses: () => null,
  misfits,
  presets: composedPresets,
  blocks: ({ layout, blocks, ordering, orderingSeed }) => ({ layout, blocks, ordering, orderingSeed }),
  inspect,
}

/** The layout that blocks for some data usually have. */
export const usualLayout = (domain: Pick<Domain, 'kind'>): BlockLayout => (domain.kind === 'image' ? 'image' : 'sequence')
