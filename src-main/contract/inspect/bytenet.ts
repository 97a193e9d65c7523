import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { dropoutSchema } from './blocks/transformerBlock'
import type { FamilyDescription, Preset } from './family'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { sequenceTraining } from './sequenceTraining'
import { refusesManyLevels } from './refusals'

export const bytenetSchema = z.strictObject({
  channels: z.number().int().min(2).max(4096).default(96).meta({ title: 'Channels', description: '2d: width of the features between the blocks; inside a block there are half as many.' }),
  sets: z.number().int().min(1).max(16).default(2).meta({ title: 'Sets', description: 'How often the dilations 1, 2, 4 … are run through.' }),
  layersPerSet: z.number().int().min(1).max(12).default(5).meta({ title: 'Blocks in a set', description: 'Their dilations double, from 1; 5 in the paper.' }),
  kernel: z.number().int().min(2).max(16).default(3).meta({ title: 'Kernel', description: 'Taps of each causal convolution.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of each block’s output dropped while training.' }),
  ...orderingFields,
})
export type BytenetConfig = z.infer<typeof bytenetSchema>

/** The block list that a configuration stands for. */
export function bytenetBlocks({ channels, sets, layersPerSet, kernel, dropout }: Pick<BytenetConfig, 'channels' | 'sets' | 'layersPerSet' | 'kernel' | 'dropout'>): Block[] {
  const inside = Math.ceil(channels / 2)
  return [
    { kind: 'sequence-embedding', channels, shift: 1 },
    ...Array.from({ length: sets * layersPerSet }, (_value, layer): Block => ({ kind: 'bytenet-residual', kernel, dilation: 2 ** (layer % layersPerSet), inside, dropout })),
    { kind: 'projection-head' },
  ]
}

/** Values of context that one conditional sees: (kernel − 1) Σ dilation + 1. */
export const bytenetReceptiveField = ({ sets, layersPerSet, kernel }: Pick<BytenetConfig, 'sets' | 'layersPerSet' | 'kernel'>): number =>
  (kernel - 1) * sets * (2 ** layersPerSet - 1) + 1

export const bytenet: FamilyDescription<BytenetConfig> = {
  id: 'bytenet',
  title: 'ByteNet',
  description:
    'The decoder of ByteNet as a model of sequences: residual blocks of a causal dilated convolution between two 1 × 1 convolutions, with layer norm ' +
    'before each.',
  reference: 'Kalchbrenner et al. (2016), Neural Machine Translation in Linear Time',
  equation: 'h ← h + W₃ relu(LN(W₂ ∗_d relu(LN(W₁ relu(LN(h)))))),  d = 1, 2, 4, 8, 16, 1, 2 …;  p(x_t | x_<t) = softmax(V LN(h_t))',
  cost: 'O(blocks) per value of a sequence, both ways',
  domains: ['text', 'audio', 'any discrete sequence or raster'],
  sampling: 'cached',
  group: 'convolutional',
  schema: bytenetSchema,
  refuses: (domain) => refusesManyLevels('ByteNet', domain),
  presets: (domain) => ({
    small: preset('Minutes', { channels: 64, sets: 2, layersPerSet: 4 }, domain, 1500),
    standard: preset('Standard: 10 blocks of 96', { channels: 96, sets: 2, layersPerSet: 5 }, domain, 6000),
    paper: preset('Paper: 30 blocks of 1,024', { channels: 1024, sets: 6, layersPerSet: 5, dropout: 0.1 }, domain, 100_000),
  }),
  blocks: (config) => ({ layout: 'sequence', blocks: bytenetBlocks(config), ordering: config.ordering, orderingSeed: config.orderingSeed }),
  inspect: (config, domain, options) =>
    inspectBlocks('sequence', bytenetBlocks(config), domain, { ...options, ...(domain.kind === 'image' ? { ordering: configuredOrdering(config, domain) } : {}) }),
}

function preset(title: string, sizes: Partial<BytenetConfig>, domain: Domain, steps: number): Preset<BytenetConfig> {
  const config = bytenetSchema.parse(sizes)
  // A short sequence needs no dilation beyond its length.
  const layersPerSet = Math.max(1, Math.min(config.layersPerSet, Math.ceil(Math.log2(dimensionsOf(domain) + 1))))
  return { title, config: { ...config, layersPerSet }, training: sequenceTraining(domain), budget: { steps } }
}
