import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { ReceptiveField } from '../records/model'
import { maskedNetBlocks, refusesOrderAgnostic } from './deepnade'
import type { FamilyDescription, Preset } from './family'
import { denseReceptiveField, parametersPerDimension, trainingMemory } from './figures'
import { orderAgnosticFields } from './orderAgnostic'
import { configuredOrdering } from './orderedConfig'
import { refusesAllButImages } from './refusals'
import { headChannelsField } from './imageNetFields'

const oddKernel = z.union([z.literal(3), z.literal(5), z.literal(7), z.literal(9)])

export const convNadeSchema = z.strictObject({
  channels: z.number().int().min(1).max(1024).default(32).meta({ title: 'Channels', description: 'Feature maps of each convolution.' }),
  blocks: z.number().int().min(0).max(32).default(6).meta({ title: 'Residual blocks', description: 'Convolutions after the first, each with a path around it.' }),
  kernel: oddKernel.default(3).meta({ title: 'Kernel', description: 'Size of the residual convolutions.' }),
  firstKernel: oddKernel.default(5).meta({ title: 'First kernel', description: 'Size of the convolution over the image and its mask.' }),
  headChannels: headChannelsField,
  dense: z
    .array(z.number().int().min(1).max(16_384))
    .max(8)
    .default([500, 500])
    .meta({
      title: 'Dense branch',
      description: 'Hidden units of a DeepNADE beside the convolutions, which sees the whole image; its outputs are added to theirs. Empty: none.',
    }),
  ...orderAgnosticFields,
})
export type ConvNadeConfig = z.infer<typeof convNadeSchema>

/** r: an output depends on the square of side 2r + 1 around its pixel (through the convolutions alone). */
export const convNadeReach = ({ firstKernel, kernel, blocks }: Pick<ConvNadeConfig, 'firstKernel' | 'kernel' | 'blocks'>): number =>
  (firstKernel >> 1) + blocks * (kernel >> 1)

/** Planes that enter for C colours: masked values, masks, and ones, by which the border can be told from what is not observed. */
export const convNadePlanes = (colours: number): number => 2 * colours + 1

export const convnade: FamilyDescription<ConvNadeConfig> = {
  id: 'convnade',
  title: 'ConvNADE',
  description:
    'DeepNADE with convolutions: the masked image and its mask enter as planes, and every pixel not observed is predicted at once. ' +
    'Any ordering, any mask to complete. Beside the convolutions a dense net sees the whole image.',
  reference: 'Uria, Côté, Gregor, Murray & Larochelle (2016), Neural Autoregressive Distribution Estimation, section 5',
  equation: 'a = conv([x ⊙ m, m, 1]), a ← a + conv(relu(a)), p(x_i | x_<i, o) = f(W relu(U relu(a)) + DeepNADE(x, m) + b)_i; training as DeepNADE',
  cost: 'one pass per example in training; for a likelihood or a sample the receptive field of each pixel in turn',
  domains: ['binary images', 'grey images of few levels', 'small RGB images'],
  sampling: 'cached',
  group: 'nade',
  schema: convNadeSchema,
  refuses: (domain) => refusesAllButImages('ConvNADE', domain) ?? refusesOrderAgnostic('ConvNADE', domain),
  presets: (domain) => ({
    small: convNadePreset('Minutes', { channels: 16, blocks: 4, headChannels: 32, dense: [200, 200] }, domain, 1500),
    standard: convNadePreset('Standard: 6 blocks of 32 beside two layers of 500', { channels: 32, blocks: 6, headChannels: 64, dense: [500, 500] }, domain, 6000),
    paper: {
      ...convNadePreset('As large as the paper’s: 8 blocks of 64', { channels: 64, blocks: 8, headChannels: 128, dense: [500, 500] }, domain, 6000),
      budget: { epochs: 500 },
    },
  }),
  inspect(config, domain, options = {}) {
    const [height = 1, width = 1, colours = 1] = domain.shape
    const n = dimensionsOf(domain)
    const P = parametersPerDimension(domain)
    const { channels, kernel, firstKernel, headChannels } = config
    const reach = convNadeReach(config)
    const first = channels * convNadePlanes(colours) * firstKernel ** 2
    const each = channels * channels * kernel ** 2
    // A conditional needs layer l on a square that shrinks to its own pixel.
    const side = (remaining: number): number => (1 + 2 * remaining * (kernel >> 1)) ** 2
    const blocks = [
      { name: 'input', kind: 'convolution', shape: [height, width, channels], parameters: first + channels, multiplyAdds: n * first * side(config.blocks) },
      ...Array.from({ length: config.blocks }, (_value, index) => ({
        name: `blocks.${index}`,
        kind: 'residual convolution',
        shape: [height, width, channels],
        parameters: each + channels,
        multiplyAdds: n * each * side(config.blocks - 1 - index),
      })),
      {
        name: 'head',
        kind: 'convolution',
        shape: [height, width, headChannels],
        parameters: channels * headChannels + headChannels + headChannels * colours * P,
        multiplyAdds: n * headChannels * (channels + colours * P),
      },
      ...(config.dense.length > 0
        ? maskedNetBlocks(config.dense, n, domain).map((block) => ({ ...block, name: `dense.${block.name}` }))
        : [{ name: 'output', kind: 'bias', shape: [n, P], parameters: n * P, multiplyAdds: 0 }]),
    ]
    const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
    const maps = height * width * (convNadePlanes(colours) + 3 * channels * (config.blocks + 1) + 2 * headChannels + 3 * colours * P)
    const units = 4 * n + 2 * config.dense.reduce((sum, size) => sum + size, 0) + maps
    const ordering = configuredOrdering(config, domain)
    const whole = config.dense.length > 0 || (reach >= height - 1 && reach >= width - 1)
    const field = denseReceptiveField(domain, ordering, options.pixel)
    return {
      parameters,
      multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
      receptiveField: whole ? field : windowed(field, reach, colours),
      blocks,
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({ parameters, activationsPerExample: units, batchSize: options.batchSize ?? 100 }),
    }
  },
}

/** Of the earlier pixels only those in the square; the rest of what an ideal model would see is marked 2. */
function windowed(field: ReceptiveField, reach: number, colours: number): ReceptiveField {
  const { map } = field
  if (!map) return field
  const [row, column] = map.pixel
  const cells = map.cells.map((cell, index) => {
    const near = Math.max(Math.abs(Math.floor(index / map.width) - row), Math.abs((index % map.width) - column)) <= reach
    return cell === 1 && !near ? 2 : cell
  })
  const side = 2 * reach + 1
  return { text: `earlier pixels in the square of ${side} × ${side} around it`, size: Math.min(field.size, side * side * colours - 1), map: { ...map, cells } }
}

function convNadePreset(
  title: string,
  sizes: Pick<ConvNadeConfig, 'channels' | 'blocks' | 'headChannels' | 'dense'>,
  domain: Domain,
  steps: number,
): Preset<ConvNadeConfig> {
  const most = Math.max(16, Math.floor(2e7 / (dimensionsOf(domain) * parametersPerDimension(domain))))
  return {
    title,
    config: convNadeSchema.parse({ ...sizes, dense: sizes.dense.map((units) => Math.min(units, most)) }),
    training: {
      batchSize: 32,
      learningRate: sizes.channels > 32 ? 1e-3 : 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 100,
      ema: 0.998,
      validateEvery: 1000,
      validExamples: 64,
      gallerySamples: 4,
    },
    budget: { steps },
  }
}
