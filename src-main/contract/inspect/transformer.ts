import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { MOST_ATTENDED_DIMENSIONS } from './blocks/limits'
import { dropoutSchema } from './blocks/transformerBlock'
import { conditionBlocks, conditionFields } from './conditioned'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { refusesManyLevels } from './refusals'

export const transformerSchema = z.strictObject({
  channels: z.number().int().min(1).max(4096).default(64).meta({ title: 'Channels', description: 'Width of the embedding.' }),
  layers: z.number().int().min(1).max(64).default(4).meta({ title: 'Blocks' }),
  heads: z.number().int().min(1).max(64).default(4).meta({ title: 'Attention heads', description: 'Must divide the channels.' }),
  feedForward: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(4)
    .meta({ title: 'Feed-forward factor', description: 'Channels inside the feed-forward part, as a multiple of the embedding.' }),
  window: z
    .number()
    .int()
    .min(1)
    .max(2048)
    .default(128)
    .meta({ title: 'Window', description: 'Sequences of different lengths only: steps that each block attends to, itself and those before.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of activations dropped while training.' }),
  ...conditionFields,
  ...orderingFields,
})
export type TransformerConfig = z.infer<typeof transformerSchema>

/** Values of context that one conditional of a sequence of any length sees. */
export const transformerReceptiveField = ({ layers, window }: Pick<TransformerConfig, 'layers' | 'window'>): number => layers * (window - 1) + 1

/** The block list that a configuration stands for. Sequences of different lengths: each block attends to the latest steps, wherever they stand. */
export function transformerBlocks(config: TransformerConfig, domain: Pick<Domain, 'classes' | 'kind' | 'variableLength'>): Block[] {
  if (isSeries(domain)) {
    if (config.condition !== 'none') throw new Error("condition: sequences of different lengths cannot be conditioned in this family. Set condition to 'none'.")
    const { channels, heads, window, dropout } = config
    return [
      { kind: 'sequence-embedding', channels, shift: 1 },
      ...Array.from({ length: config.layers }, (): Block => ({ kind: 'local-transformer', window, heads, feedForward: config.feedForward * channels, dropout })),
      { kind: 'projection-head' },
    ]
  }
  return [
    { kind: 'sequence-embedding', channels: config.channels, shift: 1 },
    ...conditionBlocks(config, domain),
    { kind: 'position-embedding' },
    ...Array.from({ length: config.layers }, (): Block => ({
      kind: 'transformer-block',
      heads: config.heads,
      feedForward: config.feedForward * config.channels,
      dropout: config.dropout,
    })),
    { kind: 'projection-head' },
  ]
}

export const transformer: FamilyDescription<TransformerConfig> = {
  id: 'transformer',
  title: 'Transformer',
  description:
    'A decoder-only Transformer over the dimensions in any ordering, as Image GPT: each value is a token that attends to all earlier ones.',
  reference: 'Vaswani et al. (2017), Attention Is All You Need; Chen et al. (2020), Generative Pretraining from Pixels',
  equation: 'h ← h + MultiHead(LN(h)), h ← h + W₂ GELU(W₁ LN(h)); p(x_t | x_<t) = softmax(W LN(h))_t, tokens shifted by one',
  cost: 'O(D²) per example; a sample keeps keys and values of earlier dimensions, O(D) per dimension',
  domains: ['binary images', 'grey images', 'small RGB images', 'tables', 'audio', 'text'],
  sampling: 'cached',
  group: 'attention',
  schema: transformerSchema,
  refuses(domain) {
    const tooMany = refusesManyLevels('The Transformer', domain)
    if (tooMany !== null || isSeries(domain)) return tooMany
    const dimensions = dimensionsOf(domain)
    if (dimensions <= MOST_ATTENDED_DIMENSIONS) return null
    return (
      `The Transformer weighs every pair of dimensions, which is sensible up to ${count(MOST_ATTENDED_DIMENSIONS)}, but there are ${count(dimensions)}. ` +
      `Import the data smaller, or choose ${domain.kind === 'image' ? 'Gated PixelCNN' : 'MADE'}.`
    )
  },
  presets: (domain) => ({
    small: preset('Minutes', { channels: 32, layers: 2, heads: 2 }, domain, 1500),
    standard: preset('Standard: 4 blocks of 64', { channels: 64, layers: 4, heads: 2 }, domain, 6000),
    paper: { ...preset('Image GPT-S: 24 blocks of 512', { channels: 512, layers: 24, heads: 8 }, domain, 8000), budget: { epochs: 100 } },
  }),
  blocks: (config, domain) => ({ layout: 'sequence', blocks: transformerBlocks(config, domain), ordering: config.ordering, orderingSeed: config.orderingSeed }),
  inspect(config, domain, options) {
    const inspection = inspectBlocks('sequence', transformerBlocks(config, domain), domain, options)
    if (isSeries(domain)) return inspection
    return { ...inspection, receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options?.pixel) }
  },
}

function preset(
  title: string,
  sizes: Pick<TransformerConfig, 'channels' | 'layers' | 'heads'>,
  domain: Domain,
  steps: number,
): Preset<TransformerConfig> {
  const series = isSeries(domain)
  const long = dimensionsOf(domain) > 1024
  return {
    title,
    config: { ...sizes, feedForward: 4, window: 128, dropout: 0, condition: 'none', conditionSize: 0, ordering: 'raster', orderingSeed: 0 },
    training: {
      batchSize: long ? 4 : 16,
      learningRate: sizes.channels > 256 ? 3e-4 : 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 200,
      gradientClip: 1,
      ema: 0.999,
      validateEvery: 500,
      validExamples: series ? 50 : 1000,
      ...(series ? { windowSamples: 1024 } : {}),
    },
    budget: { steps },
  }
}
