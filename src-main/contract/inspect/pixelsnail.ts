import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { MOST_ATTENDED_PIXELS } from './blocks/limits'
import { colourChannels } from './colourChannels'
import { conditionBlocks, conditionFields } from './conditioned'
import type { FamilyDescription, Preset } from './family'
import { count, describeDomain } from './figures'
import { refusesAllButImages } from './refusals'
import { firstKernelField, headChannelsField } from './imageNetFields'

export const pixelSnailSchema = z.strictObject({
  channels: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(48)
    .meta({ title: 'Channels', description: 'Feature maps of each of the two stacks; for RGB divided among red, green and blue.' }),
  blocks: z.number().int().min(1).max(32).default(2).meta({ title: 'Blocks', description: 'Each is some gated layers and one attention.' }),
  layersPerBlock: z.number().int().min(1).max(16).default(2).meta({ title: 'Gated layers per block' }),
  kernel: z
    .union([z.literal(3), z.literal(5), z.literal(7)])
    .default(3)
    .meta({ title: 'Kernel', description: 'Nominal size of the gated layers; attention brings the reach, so it can be small.' }),
  firstKernel: firstKernelField('Size of the first layer, which hides the pixel itself (mask A).'),
  heads: z.number().int().min(1).max(64).default(1).meta({ title: 'Attention heads' }),
  attentionWidth: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(32)
    .meta({ title: 'Attention width', description: 'Channels of keys and of values, of all heads together.' }),
  headChannels: headChannelsField,
  ...conditionFields,
})
export type PixelSnailConfig = z.infer<typeof pixelSnailSchema>

/** The block list that a configuration stands for. */
export function pixelSnailBlocks(config: PixelSnailConfig, domain: Pick<Domain, 'classes'>): Block[] {
  return [
    { kind: 'image-input' },
    ...conditionBlocks(config, domain),
    { kind: 'gated-input', kernel: config.firstKernel, channels: config.channels, shift: 1 },
    ...Array.from({ length: config.blocks }, (): Block[] => [
      ...Array.from({ length: config.layersPerBlock }, (): Block => ({ kind: 'gated-layer', kernel: config.kernel })),
      { kind: 'causal-attention', heads: config.heads, width: config.attentionWidth },
    ]).flat(),
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: config.headChannels, relu: true },
    { kind: 'image-head' },
  ]
}

export const pixelsnail: FamilyDescription<PixelSnailConfig> = {
  id: 'pixelsnail',
  title: 'PixelSNAIL',
  description:
    'Gated convolutions for what is near and causal attention for what is far: each pixel can look at any earlier one, at the price of weighing all pairs.',
  reference: 'Chen, Mishra, Rohaninejad & Abbeel (2018), PixelSNAIL: An Improved Autoregressive Generative Model',
  equation: 'h_i ← h_i + W_o Σ_{j<i} softmax_j(q_i · k_j / √d) v_j between gated layers; keys and values from features, image and position',
  cost: 'one pass per example, O(pixels²) in the attention; a sample keeps keys and values of earlier pixels',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'attention',
  schema: pixelSnailSchema,
  refuses(domain) {
    const refusal = refusesAllButImages('PixelSNAIL', domain)
    if (refusal) return refusal
    const [height = 1, width = 1] = domain.shape
    if (height * width <= MOST_ATTENDED_PIXELS) return null
    return (
      `PixelSNAIL weighs every pair of pixels, which is sensible up to ${count(MOST_ATTENDED_PIXELS)} pixels, but these are ${describeDomain(domain)}. ` +
      'Import them smaller, or choose Gated PixelCNN.'
    )
  },
  presets: (domain) => ({
    small: preset('Minutes', { channels: 24, blocks: 2, layersPerBlock: 1, heads: 1, attentionWidth: 16, headChannels: 32 }, domain, 1200),
    standard: preset(
      'Standard: 3 blocks of 2 layers',
      { channels: 48, blocks: 3, layersPerBlock: 2, heads: 2, attentionWidth: 32, headChannels: 64 },
      domain,
      5000,
    ),
    paper: {
      ...preset(
        'Paper: 12 blocks of 4 layers of 256',
        { channels: 256, blocks: 12, layersPerBlock: 4, heads: 1, attentionWidth: 128, headChannels: 256 },
        domain,
        8000,
      ),
      budget: { epochs: 100 },
    },
  }),
  blocks: (config, domain) => ({ layout: 'image', blocks: pixelSnailBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('image', pixelSnailBlocks(config, domain), domain, options),
}

function preset(
  title: string,
  config: Omit<PixelSnailConfig, 'condition' | 'conditionSize' | 'kernel' | 'firstKernel'>,
  domain: Domain,
  steps: number,
): Preset<PixelSnailConfig> {
  const even = (channels: number): number => colourChannels(domain, channels)
  const many = domain.levels > 16
  return {
    title,
    config: {
      ...config,
      kernel: 3,
      firstKernel: 7,
      channels: even(config.channels),
      headChannels: even(config.headChannels),
      condition: 'none',
      conditionSize: 0,
    },
    training: {
      batchSize: many ? 8 : 16,
      learningRate: many ? 1e-3 : 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 100,
      gradientClip: 1,
      ema: 0.999,
      validateEvery: 500,
      validExamples: 1000,
    },
    budget: { steps },
  }
}
