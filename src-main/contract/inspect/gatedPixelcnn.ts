import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { colourChannels } from './colourChannels'
import { conditionBlocks, conditionFields } from './conditioned'
import type { FamilyDescription, Preset } from './family'
import { refusesAllButImages } from './refusals'
import { firstKernelField, headChannelsField } from './imageNetFields'

export const gatedPixelCnnSchema = z.strictObject({
  channels: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(48)
    .meta({ title: 'Channels', description: 'Feature maps of each of the two stacks; for RGB divided among red, green and blue.' }),
  layers: z.number().int().min(0).max(64).default(7).meta({ title: 'Gated layers', description: 'Layers after the first one.' }),
  kernel: z
    .union([z.literal(3), z.literal(5), z.literal(7)])
    .default(5)
    .meta({ title: 'Kernel', description: 'Nominal size n: the vertical stack sees ⌊n/2⌋ rows more per layer, the horizontal one ⌊n/2⌋ pixels.' }),
  firstKernel: firstKernelField('Size of the first layer, which hides the pixel itself (mask A).'),
  headChannels: headChannelsField,
  conditionals: z
    .enum(['softmax', 'logistics'])
    .default('softmax')
    .meta({
      title: 'Conditionals',
      description: 'A probability for each level (a logistic where binary), or a discretised mixture of logistics: far cheaper at 256 levels.',
    }),
  components: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(5)
    .meta({ title: 'Components', description: 'Logistics of each mixture; unused by a softmax.' }),
  ...conditionFields,
})
export type GatedPixelCnnConfig = z.infer<typeof gatedPixelCnnSchema>

type OutputConfig = Pick<GatedPixelCnnConfig, 'conditionals' | 'components'>

/** The block list that a configuration stands for; a softmax where it says nothing of the output. */
export function gatedPixelCnnBlocks(config: Omit<GatedPixelCnnConfig, keyof OutputConfig> & Partial<OutputConfig>, domain: Pick<Domain, 'classes'>): Block[] {
  return [
    { kind: 'image-input' },
    ...conditionBlocks(config, domain),
    { kind: 'gated-input', kernel: config.firstKernel, channels: config.channels, shift: 1 },
    ...Array.from({ length: config.layers }, (): Block => ({ kind: 'gated-layer', kernel: config.kernel })),
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: config.headChannels, relu: true },
    { kind: 'image-head', ...(config.conditionals === 'logistics' && config.components ? { components: config.components } : {}) },
  ]
}

export const gatedPixelcnn: FamilyDescription<GatedPixelCnnConfig> = {
  id: 'gated-pixelcnn',
  title: 'Gated PixelCNN',
  description:
    'Two stacks of gated convolutions, one for the rows above and one for the row itself: no blind spot. ' +
    'Can be conditioned on a class or a vector.',
  reference: 'van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves & Kavukcuoglu (2016), Conditional Image Generation with PixelCNN Decoders',
  equation: 'y = tanh(W_f ∗ x + V_f h) ⊙ σ(W_g ∗ x + V_g h) in both stacks; the vertical feeds the horizontal, never the reverse',
  cost: 'one pass per example; one pass per pixel of a sample, of which only the new pixel and one row of the vertical stack are computed',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'convolutional',
  schema: gatedPixelCnnSchema,
  refuses: (domain) => refusesAllButImages('Gated PixelCNN', domain),
  presets: (domain) => ({
    small: gatedPreset('Minutes', { channels: 24, layers: 4, kernel: 5, firstKernel: 7, headChannels: 32 }, domain, 1500),
    standard: gatedPreset('Standard: 7 layers of 48', { channels: 48, layers: 7, kernel: 5, firstKernel: 7, headChannels: 64 }, domain, 6000),
    paper: {
      ...gatedPreset('Paper: 15 layers of 128', { channels: 128, layers: 15, kernel: 5, firstKernel: 7, headChannels: 1024 }, domain, 8000),
      budget: { epochs: 100 },
    },
  }),
  blocks: (config, domain) => ({ layout: 'image', blocks: gatedPixelCnnBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('image', gatedPixelCnnBlocks(config, domain), domain, options),
}

function gatedPreset(
  title: string,
  config: Omit<GatedPixelCnnConfig, 'condition' | 'conditionSize' | 'conditionals' | 'components'>,
  domain: Domain,
  steps: number,
): Preset<GatedPixelCnnConfig> {
  const even = (channels: number): number => colourChannels(domain, channels)
  const many = domain.levels > 16
  // The paper's softmax for grey; for colours its cost, three times 256 outputs a pixel, would hold up the small models.
  const logistics = many && domain.shape[2] === 3 && config.channels <= 48
  return {
    title,
    config: {
      ...config,
      conditionals: logistics ? 'logistics' : 'softmax',
      components: 5,
      channels: even(config.channels),
      headChannels: even(config.headChannels),
      condition: 'none',
      conditionSize: 0,
    },
    training: {
      batchSize: many ? 16 : 32,
      learningRate: many && !logistics ? 1e-3 : 2e-3,
      // Pixels beyond the tails of narrow logistics make some gradients many times larger than others.
      ...(logistics ? { gradientClip: 5 } : {}),
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 100,
      ema: 0.999,
      validateEvery: 500,
      validExamples: 2000,
    },
    budget: { steps },
  }
}
