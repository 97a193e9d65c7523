import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import type { ConfigMisfit, FamilyDescription, Preset } from './family'
import { diagonalsOf, evenlyAmongColours, imageLstmTraining, refusesManySteps, throwMisfit, unitsMisfit } from './pixelRnn'

export const spatialLstmFamilySchema = z.strictObject({
  hidden: z.number().int().min(1).max(1024).default(64).meta({ title: 'Units', description: 'H: units of each layer.' }),
  layers: z.number().int().min(1).max(16).default(1).meta({ title: 'Layers', description: 'Spatial LSTMs on top of each other.' }),
  kernel: z
    .union([z.literal(3), z.literal(5), z.literal(7), z.literal(9), z.literal(11)])
    .default(7)
    .meta({ title: 'Neighbourhood', description: 'Width of the causal neighbourhood that the first layer reads.' }),
  headChannels: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .meta({ title: 'Output channels', description: 'Channels of the 1 × 1 convolution between the states and the output.' }),
  conditionals: z
    .enum(['softmax', 'logistics'])
    .default('softmax')
    .meta({
      title: 'Conditionals',
      description: 'softmax: a probability for each level (a logistic where binary); logistics: a discretised mixture of logistics, the exact mass of each level.',
    }),
  components: z.number().int().min(1).max(64).default(10).meta({ title: 'Components', description: 'Components of each mixture; unused with a softmax.' }),
})
export type SpatialLstmConfig = z.infer<typeof spatialLstmFamilySchema>

function misfit(config: SpatialLstmConfig, domain: Pick<Domain, 'shape' | 'levels'>): ConfigMisfit | null {
  if (config.conditionals === 'logistics' && domain.levels === 2)
    return { field: 'conditionals', message: "a mixture of logistics is for grey levels and colours, but this data is binary. Choose 'softmax'." }
  return unitsMisfit(config, domain)
}

/** The block list that a configuration stands for. */
export function spatialLstmBlocks(config: SpatialLstmConfig, domain: Pick<Domain, 'shape' | 'levels'>): Block[] {
  throwMisfit(misfit(config, domain))
  return [
    { kind: 'image-input' },
    ...Array.from({ length: config.layers }, (_value, layer): Block => ({
      kind: 'spatial-lstm',
      hidden: config.hidden,
      ...(layer === 0 ? { mask: 'A', kernel: config.kernel } : { mask: 'B', kernel: 1 }),
    })),
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: config.headChannels, relu: false },
    { kind: 'image-head', ...(config.conditionals === 'logistics' ? { components: config.components } : {}) },
  ]
}

export const spatialLstm: FamilyDescription<SpatialLstmConfig> = {
  id: 'spatial-lstm',
  title: 'Spatial LSTM',
  description:
    'The recurrent image density estimator: two-dimensional memory that flows from the left and from above, and reads the neighbourhood of each pixel. ' +
    'Its conditionals are exact probabilities of the levels, where the paper has a density of dequantised values.',
  reference: 'Theis & Bethge (2015), Generative Image Modeling Using Spatial LSTMs',
  equation:
    '[i, f_l, f_a, o, g] = A x_(neighbourhood) + U h_left + V h_above;  c = σ(i) ⊙ tanh(g) + σ(f_l) ⊙ c_left + σ(f_a) ⊙ c_above,  h = tanh(c ⊙ σ(o));  p(x_i | h_i)',
  cost: 'H + W − 1 diagonals per example; a sample keeps states and cells of a row: O(1) a pixel',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'recurrent',
  schema: spatialLstmFamilySchema,
  refuses: (domain) => refusesManySteps('Spatial LSTM', domain, diagonalsOf),
  misfit,
  presets: (domain) => ({
    small: preset('Minutes', { hidden: 24, layers: 1, headChannels: 32 }, domain, 2500),
    standard: preset('Standard: 1 layer of 64', { hidden: 64, layers: 1, headChannels: 64 }, domain, 12_000),
    // Section 3: three layers of 128 units for natural images.
    paper: { ...preset('Paper: 3 layers of 128', { hidden: 128, layers: 3, headChannels: 128 }, domain, 8000), budget: { epochs: 100 } },
  }),
  blocks: (config, domain) => ({ layout: 'image', blocks: spatialLstmBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('image', spatialLstmBlocks(config, domain), domain, options),
}

function preset(title: string, sizes: Pick<SpatialLstmConfig, 'hidden' | 'layers' | 'headChannels'>, domain: Domain, steps: number): Preset<SpatialLstmConfig> {
  return {
    title,
    // Many levels: a mixture has far fewer outputs than a softmax, and knows that neighbouring levels are alike.
    config: { ...evenlyAmongColours(domain, sizes), kernel: 7, conditionals: domain.levels > 16 ? 'logistics' : 'softmax', components: 10 },
    training: imageLstmTraining(domain),
    budget: { steps },
  }
}
