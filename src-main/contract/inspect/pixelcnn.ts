import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { colourChannels } from './colourChannels'
import type { FamilyDescription, Preset } from './family'
import { refusesAllButImages } from './refusals'
import { firstKernelField, headChannelsField } from './imageNetFields'

export const pixelCnnSchema = z.strictObject({
  channels: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .meta({ title: 'Channels', description: 'Feature maps of the main path; for RGB divided among red, green and blue.' }),
  blocks: z.number().int().min(0).max(64).default(6).meta({ title: 'Residual blocks' }),
  kernel: z
    .union([z.literal(3), z.literal(5), z.literal(7)])
    .default(3)
    .meta({ title: 'Kernel of the residual blocks', description: 'Mask-B kernel size. Larger kernels see further with fewer blocks.' }),
  bottleneck: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(32)
    .meta({ title: 'Bottleneck', description: 'Channels inside each residual block.' }),
  firstKernel: firstKernelField('Mask-A kernel size.'),
  headChannels: headChannelsField,
})
export type PixelCnnConfig = z.infer<typeof pixelCnnSchema>

/** The block list that a configuration stands for. */
export function pixelCnnBlocks(config: PixelCnnConfig): Block[] {
  return [
    { kind: 'image-input' },
    { kind: 'masked-conv', mask: 'A', kernel: config.firstKernel, channels: config.channels, relu: false },
    ...Array.from({ length: config.blocks }, (): Block => ({
      kind: 'masked-residual',
      kernel: config.kernel,
      bottleneck: config.bottleneck,
    })),
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: config.headChannels, relu: true },
    { kind: 'image-head' },
  ]
}

export const pixelcnn: FamilyDescription<PixelCnnConfig> = {
  id: 'pixelcnn',
  title: 'PixelCNN',
  description:
    'Masked convolutions over the image: each pixel is predicted from those above and to its left. ' +
    'Strong on images; its blind spot is shown.',
  reference: 'van den Oord, Kalchbrenner & Kavukcuoglu (2016), Pixel Recurrent Neural Networks',
  equation: 'p(x_i | x_<i) = softmax(f(x ⊙ mask))_i: mask A in the first layer, mask B in all others; channels in the order R, G, B',
  cost: 'one pass per example; one pass per pixel of a sample, of which only the new pixel is computed',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'convolutional',
  schema: pixelCnnSchema,
  refuses: (domain) => refusesAllButImages('PixelCNN', domain),
  presets: (domain) => ({
    small: pixelCnnPreset(
      'Minutes',
      { channels: 32, blocks: 3, kernel: 5, bottleneck: 16, firstKernel: 7, headChannels: 32 },
      domain,
      1500,
    ),
    standard: pixelCnnPreset(
      'Standard: 64 channels, 6 blocks',
      { channels: 64, blocks: 6, kernel: 5, bottleneck: 32, firstKernel: 7, headChannels: 64 },
      domain,
      8000,
    ),
    paper: {
      ...pixelCnnPreset(
        'Paper: 15 blocks',
        { channels: 128, blocks: 15, kernel: 3, bottleneck: 64, firstKernel: 7, headChannels: 128 },
        domain,
        8000,
      ),
      budget: { epochs: 100 },
    },
  }),
  blocks: (config) => ({ layout: 'image', blocks: pixelCnnBlocks(config) }),
  inspect: (config, domain, options) => inspectBlocks('image', pixelCnnBlocks(config), domain, options),
}

function pixelCnnPreset(title: string, config: PixelCnnConfig, domain: Domain, steps: number): Preset<PixelCnnConfig> {
  const even = (channels: number): number => colourChannels(domain, channels)
  const many = domain.levels > 16
  return {
    title,
    config: { ...config, channels: even(config.channels), bottleneck: even(config.bottleneck), headChannels: even(config.headChannels) },
    training: {
      batchSize: many ? 16 : 32,
      learningRate: many ? 1e-3 : 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 100,
      ema: 0.999,
      validateEvery: 500,
      validExamples: 2000,
    },
    budget: { steps },
  }
}
