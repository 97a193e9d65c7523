import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { MOST_MAP_STEPS } from './blocks/limits'
import type { ConfigMisfit, FamilyDescription, Preset } from './family'
import { count, describeDomain } from './figures'
import { refusesAllButImages } from './refusals'
import { firstKernelField, headChannelsField } from './imageNetFields'

const sizeFields = {
  channels: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .meta({ title: 'Channels', description: 'Feature maps of the residual path, twice the units in the paper; for RGB divided among red, green and blue.' }),
  hidden: z.number().int().min(1).max(1024).default(32).meta({ title: 'Units', description: 'H: units of each LSTM.' }),
  layers: z.number().int().min(1).max(16).default(1).meta({ title: 'Layers', description: 'Recurrent layers on top of each other, each with a residual connection.' }),
}
const outerFields = {
  firstKernel: firstKernelField('Mask-A kernel size.'),
  headChannels: headChannelsField,
}
export const diagonalBiLstmFamilySchema = z.strictObject({ ...sizeFields, ...outerFields })
export const rowLstmFamilySchema = z.strictObject({
  ...sizeFields,
  kernel: z
    .union([z.literal(3), z.literal(5), z.literal(7)])
    .default(3)
    .meta({ title: 'Kernel', description: 'Pixels of the row above that each state reads. What a pixel sees is a triangle above it, whose slope this sets.' }),
  ...outerFields,
})
export type DiagonalBiLstmConfig = z.infer<typeof diagonalBiLstmFamilySchema>
export type RowLstmConfig = z.infer<typeof rowLstmFamilySchema>

/** Fewer units than colours: each colour has units of its own. */
export function unitsMisfit({ hidden }: { hidden: number }, domain: Pick<Domain, 'shape'>): ConfigMisfit | null {
  const groups = domain.shape[2] ?? 1
  if (hidden >= groups) return null
  return { field: 'hidden', message: `each of the ${groups} colours needs units of its own, so there must be at least ${groups}, not ${hidden}.` }
}

export function throwMisfit(misfit: ConfigMisfit | null): void {
  if (misfit) throw new Error(`${misfit.field}: ${misfit.message}`)
}

function pixelRnnBlocks(config: DiagonalBiLstmConfig, domain: Pick<Domain, 'shape'>, layer: Block): Block[] {
  throwMisfit(unitsMisfit(config, domain))
  return [
    { kind: 'image-input' },
    { kind: 'masked-conv', mask: 'A', kernel: config.firstKernel, channels: config.channels, relu: false },
    ...Array.from({ length: config.layers }, () => layer),
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: config.headChannels, relu: true },
    { kind: 'image-head' },
  ]
}

/** The block lists that configurations stand for. */
export const rowLstmBlocks = (config: RowLstmConfig, domain: Pick<Domain, 'shape'>): Block[] =>
  pixelRnnBlocks(config, domain, { kind: 'row-lstm', hidden: config.hidden, kernel: config.kernel })
export const diagonalBiLstmBlocks = (config: DiagonalBiLstmConfig, domain: Pick<Domain, 'shape'>): Block[] =>
  pixelRnnBlocks(config, domain, { kind: 'diagonal-bilstm', hidden: config.hidden })

/** Reason and mend for recurrences over `steps` rows or diagonals one after the other; null when the domain fits. */
export function refusesManySteps(name: string, domain: Domain, stepsOf: (height: number, width: number) => number): string | null {
  const refusal = refusesAllButImages(name, domain)
  if (refusal) return refusal
  const [height = 1, width = 1] = domain.shape
  const steps = stepsOf(height, width)
  if (steps <= MOST_MAP_STEPS) return null
  return (
    `${name} takes at most ${count(MOST_MAP_STEPS)} steps one after the other, but ${describeDomain(domain)} need ${count(steps)}. ` +
    'Import them smaller, or choose Gated PixelCNN.'
  )
}

export const diagonalsOf = (height: number, width: number): number => height + width - 1

const reference = 'van den Oord, Kalchbrenner & Kavukcuoglu (2016), Pixel Recurrent Neural Networks'

export const rowLstm: FamilyDescription<RowLstmConfig> = {
  id: 'row-lstm',
  title: 'Row LSTM',
  description:
    'PixelRNN row by row: the state of a pixel reads those of the row above through a small convolution, whole rows at a time. ' +
    'It sees a triangle above each pixel, to any height.',
  reference,
  equation:
    '[i, f, o, g] = K_in ⊛ x_row + K_state ⊛ h_(row above);  c = σ(f) ⊙ c_above + σ(i) ⊙ tanh(g),  h = σ(o) ⊙ tanh(c);  p(x_i | x_<i) = softmax(f(h))_i',
  cost: 'H steps of a whole row per example; a sample keeps states and cells of one row: O(1) a pixel',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'recurrent',
  schema: rowLstmFamilySchema,
  refuses: (domain) => refusesManySteps('Row LSTM', domain, (height) => height),
  misfit: unitsMisfit,
  presets: (domain) => presets(domain, { small: { hidden: 16, layers: 1 }, standard: { hidden: 32, layers: 2 }, steps: 12_000 }, { kernel: 3 as const }),
  blocks: (config, domain) => ({ layout: 'image', blocks: rowLstmBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('image', rowLstmBlocks(config, domain), domain, options),
}

export const diagonalBiLstm: FamilyDescription<DiagonalBiLstmConfig> = {
  id: 'diagonal-bilstm',
  title: 'Diagonal BiLSTM',
  description:
    'PixelRNN along the diagonals, from both upper corners: every pixel sees all earlier ones, whatever their distance (but the last of the row above). ' +
    'The strongest of the recurrent image models, and the slowest to train.',
  reference,
  equation:
    '[i, f, o, g] = W x + U h_beside + V h_above;  c = σ(f) ⊙ c_beside + σ(i) ⊙ tanh(g),  h = σ(o) ⊙ tanh(c);  ' +
    'p(x_i | x_<i) = softmax(f(h_left + h_right of the row above))_i',
  cost: 'H + W − 1 diagonals each way per example; a sample keeps states and cells of a row: O(1) a pixel',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'recurrent',
  schema: diagonalBiLstmFamilySchema,
  refuses: (domain) => refusesManySteps('Diagonal BiLSTM', domain, diagonalsOf),
  misfit: unitsMisfit,
  presets: (domain) => presets(domain, { small: { hidden: 16, layers: 1 }, standard: { hidden: 32, layers: 1 }, steps: 20_000 }, {}),
  blocks: (config, domain) => ({ layout: 'image', blocks: diagonalBiLstmBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('image', diagonalBiLstmBlocks(config, domain), domain, options),
}

interface Sizes {
  hidden: number
  layers: number
}

/** `steps` of the standard preset: about twelve minutes on two cores, on binary digits; `more`: fields that the family has besides. */
function presets<More extends object>(
  domain: Domain,
  { small, standard, steps }: { small: Sizes; standard: Sizes; steps: number },
  more: More,
): Record<'small' | 'standard' | 'paper', Preset<DiagonalBiLstmConfig & More>> {
  const binary = domain.levels === 2
  const make = (title: string, sizes: Sizes, headChannels: number, steps: number): Preset<DiagonalBiLstmConfig & More> => ({
    title,
    config: { ...evenlyAmongColours(domain, { ...sizes, channels: 2 * sizes.hidden, headChannels }), firstKernel: 7, ...more },
    training: imageLstmTraining(domain),
    budget: { steps },
  })
  return {
    small: make('Minutes', small, 32, 2500),
    standard: make(`Standard: ${standard.layers === 1 ? '1 layer' : `${standard.layers} layers`} of ${standard.hidden}`, standard, 64, steps),
    // Section 5.2: 7 layers of 16 units on binary digits, 12 layers of 128 on colour images.
    paper: {
      ...(binary ? make('Paper: 7 layers of 16', { hidden: 16, layers: 7 }, 32, 8000) : make('Paper: 12 layers of 128', { hidden: 128, layers: 12 }, 1024, 8000)),
      budget: { epochs: 100 },
    },
  }
}

/** RGB: multiples of three, so that the colours share units and channels evenly. */
export function evenlyAmongColours<Counts extends Record<'hidden' | 'headChannels', number> & { channels?: number }>(domain: Domain, counts: Counts): Counts {
  if (domain.shape[2] !== 3) return counts
  const even = (size: number): number => Math.ceil(size / 3) * 3
  const { channels, hidden, headChannels } = counts
  return { ...counts, hidden: even(hidden), headChannels: even(headChannels), ...(channels === undefined ? {} : { channels: even(channels) }) }
}

export function imageLstmTraining(domain: Domain): Preset<unknown>['training'] {
  const many = domain.levels > 16
  return {
    batchSize: 16,
    learningRate: many ? 1e-3 : 4e-3,
    schedule: { kind: 'cosine', floor: 0.01 },
    warmupSteps: 100,
    gradientClip: 1,
    ema: 0.999,
    validateEvery: 500,
    validExamples: 1000,
  }
}
