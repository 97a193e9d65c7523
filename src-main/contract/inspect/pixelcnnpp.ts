import { z } from 'zod'
import type { Domain } from '../domain'
import type { Inspection } from '../records/model'
import { anyGroup, everyGroup } from './blocks/gatedMasks'
import { imageField } from './blocks/imageField'
import type { PositionSet } from './blocks/stream'
import { dropoutSchema } from './blocks/transformerBlock'
import { conditionBlocks, conditionFields } from './conditioned'
import type { ConfigMisfit, FamilyDescription, InspectOptions, Preset } from './family'
import { describeDomain, trainingMemory } from './figures'
import { plusFigures, plusHead, plusNodes, plusStride, tracePlus, weightsOfConvolution } from './pixelcnnppNodes'
import type { PlusNode, PlusSizes } from './pixelcnnppNodes'
import { refusesAllButImages } from './refusals'

type BlockInspection = Inspection['blocks'][number]

const MOST_RESOLUTIONS = 5

export const pixelCnnPlusSchema = z.strictObject({
  filters: z.number().int().min(1).max(1024).default(40).meta({ title: 'Filters', description: 'Feature maps of each of the two streams.' }),
  residuals: z
    .number()
    .int()
    .min(1)
    .max(12)
    .default(2)
    .meta({ title: 'Residual nets per stage', description: 'Gated residual nets of each resolution, on the way down and on the way up again.' }),
  resolutions: z
    .number()
    .int()
    .min(1)
    .max(MOST_RESOLUTIONS)
    .default(3)
    .meta({ title: 'Resolutions', description: 'R: the image and its halvings. Height and width must be divisible by 2 to the power R − 1.' }),
  components: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(5)
    .meta({ title: 'Logistics', description: 'Components of the mixture; unused on binary images of one channel, whose conditionals are Bernoulli.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of activations dropped inside each residual net while training.' }),
  ...conditionFields,
})
export type PixelCnnPlusConfig = z.infer<typeof pixelCnnPlusSchema>

/** Binary images of one channel have Bernoulli conditionals, all others mixtures. */
export const plusIsBinary = ({ shape, levels }: Pick<Domain, 'shape' | 'levels'>): boolean => levels === 2 && shape[2] !== 3

/** What the output gives for each pixel: 10M for RGB (see ml/distributions/rgbLogisticMixture), 3M for grey, one logit for binary. */
export function plusOutputs(components: number, domain: Pick<Domain, 'shape' | 'levels'>): number {
  if (plusIsBinary(domain)) return 1
  return (domain.shape[2] === 3 ? 10 : 3) * components
}

export function plusSizes(config: PixelCnnPlusConfig, domain: Domain): PlusSizes {
  const [condition] = conditionBlocks(config, domain)
  return {
    filters: config.filters,
    inputs: (domain.shape[2] ?? 1) + 1,
    outputs: plusOutputs(config.components, domain),
    conditionSize: condition?.kind === 'condition-input' ? condition.size : 0,
  }
}

/** The most resolutions, up to `wanted`, that the image can be halved to. */
function fittingResolutions({ shape: [height = 1, width = 1] }: Pick<Domain, 'shape'>, wanted: number): number {
  let resolutions = wanted
  while (resolutions > 1 && (height % plusStride(resolutions) > 0 || width % plusStride(resolutions) > 0)) resolutions--
  return resolutions
}

/** Images that cannot be halved as often as the configuration asks. */
export function plusMisfit({ resolutions }: Pick<PixelCnnPlusConfig, 'resolutions'>, domain: Domain): ConfigMisfit | null {
  const fitting = fittingResolutions(domain, resolutions)
  if (fitting === resolutions) return null
  const [height = 1, width = 1] = domain.shape
  const stride = plusStride(resolutions)
  const whole = (size: number): number => Math.max(stride, Math.round(size / stride) * stride)
  const size = `${whole(width)}x${whole(height)}`
  return {
    field: 'resolutions',
    message:
      `with ${resolutions} resolutions the image is halved ${resolutions === 2 ? 'once' : `${resolutions - 1} times`}, so height and width must be ` +
      `divisible by ${stride}, but these are ${describeDomain(domain)}. Choose ${fitting} ${fitting === 1 ? 'resolution' : 'resolutions'}, ` +
      `or import them resized (--size ${size}).`,
  }
}

export const pixelcnnpp: FamilyDescription<PixelCnnPlusConfig> = {
  id: 'pixelcnnpp',
  title: 'PixelCNN++',
  description:
    'A mixture of logistics for the intensities instead of a softmax, colours coupled linearly, and several resolutions with short-cuts between ' +
    'them: the strongest convolutional model of photographs here.',
  reference: 'Salimans, Karpathy, Chen & Kingma (2017), PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood',
  equation: 'P(x) = Σ_m π_m [σ((x + ½ − μ_m)/s_m) − σ((x − ½ − μ_m)/s_m)]; μ of green linear in red, of blue in red and green',
  cost: 'one pass per example; one pass per pixel of a sample, of which only the new pixel is computed, and of the coarser levels every second row and column',
  domains: ['RGB images', 'grey images', 'binary images'],
  sampling: 'cached',
  group: 'convolutional',
  schema: pixelCnnPlusSchema,
  refuses(domain) {
    const refusal = refusesAllButImages('PixelCNN++', domain)
    if (refusal) return refusal
    const channels = domain.shape[2] ?? 1
    if (channels === 1 || channels === 3) return null
    return `PixelCNN++ models images of 1 or 3 channels, but these have ${channels}. Import them as grey or RGB.`
  },
  misfit: plusMisfit,
  presets: (domain) => ({
    small: preset('Minutes', { filters: 32, residuals: 1, components: 5, dropout: 0.1 }, domain, 1500),
    standard: preset('Standard: 2 residual nets of 48', { filters: 48, residuals: 2, components: 5, dropout: 0.2 }, domain, 6000),
    paper: {
      ...preset('Paper: 5 residual nets of 160', { filters: 160, residuals: 5, components: 10, dropout: 0.5 }, domain, 8000),
      budget: { epochs: 100 },
    },
  }),
  inspect: inspectPlus,
}

/** Numbers of one example that a pass makes: of a residual net two concatenated ELUs of 2F, F between, 2F of gates, the gated and the sum. */
export function plusActivations(nodes: readonly PlusNode[], { filters, outputs }: PlusSizes, area: number): number {
  const positions = nodes.reduce((sum, { level, kind }) => sum + (area >> (2 * level)) * (kind === 'residual' ? 11 : 2), 0)
  return positions * filters + area * outputs * 8
}

/** What the pass over examples that sets gains and biases may take, however large the net. */
const START_BYTES = 100e6
/** Examples of that pass. */
export const plusStartExamples = (numbersPerExample: number): number => Math.max(1, Math.floor(START_BYTES / (4 * numbersPerExample)))

/**
 * As measured of batches of 4 to 24 and 40 to 96 filters. The pass over examples runs op by op and keeps everything until it ends, normalised outputs
 * beside the others; a normalised weight has a direction and a gradient of its own; and of what a training step makes a third is freed in time.
 */
function plusMemory(parameters: number, numbersPerExample: number, batchSize: number): number {
  const start = 4 * numbersPerExample * plusStartExamples(numbersPerExample)
  return 2.3 * start + trainingMemory({ parameters: 1.75 * parameters, activationsPerExample: 0.67 * numbersPerExample, batchSize })
}

function inspectPlus(config: PixelCnnPlusConfig, domain: Domain, options: InspectOptions = {}): Inspection {
  const misfit = plusMisfit(config, domain)
  if (misfit) throw new Error(`${misfit.field}: ${misfit.message}`)
  const [height = 1, width = 1, groups = 1] = domain.shape
  const grid = { height, width, groups }
  const nodes = plusNodes(config)
  const sizes = plusSizes(config, domain)
  const F = config.filters
  const areaOf = (level: number): number => (height >> level) * (width >> level)
  const blocks: BlockInspection[] = nodes.map((node) => {
    const { parameters, multiplyAdds } = plusFigures(node, sizes)
    return {
      name: `nodes.${node.name}`,
      kind: node.kind,
      shape: [height >> node.level, width >> node.level, F],
      parameters,
      multiplyAdds: areaOf(node.level) * multiplyAdds,
    }
  })
  const head = plusHead(sizes)
  blocks.push({
    name: head.name,
    kind: plusIsBinary(domain) ? 'bernoulli' : 'mixture of logistics',
    shape: [height, width, sizes.outputs],
    parameters: weightsOfConvolution(head) + 2 * sizes.outputs,
    multiplyAdds: areaOf(0) * weightsOfConvolution(head),
  })
  const { receptiveField, leaks } = imageField(plusTracer(config, domain), grid, options.pixel)
  const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
  const activations = plusActivations(nodes, sizes, height * width)
  return {
    parameters,
    multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
    receptiveField,
    blocks,
    causal: !leaks,
    leaks: leaks ? [{ block: 'head', reason: 'the dependency rules of the net let an output see its own or a later position' }] : [],
    trainingMemoryBytes: Math.round(plusMemory(parameters, activations, options.batchSize ?? 100)),
  }
}

/** Which inputs (group, row, column) the outputs at the given positions depend on. */
export function plusTracer(config: PixelCnnPlusConfig, { shape }: Pick<Domain, 'shape'>): (from: PositionSet) => PositionSet {
  const [height = 1, width = 1, groups = 1] = shape
  const grid = { height, width, groups }
  const nodes = plusNodes(config)
  return (from) => {
    const seen = everyGroup(tracePlus(nodes, anyGroup(from, grid), height, width), grid)
    // Green is coupled to red, blue to both.
    const plane = height * width
    from.forEach((flag, at) => {
      if (flag) for (let before = at - plane; before >= 0; before -= plane) seen[before] = 1
    })
    return seen
  }
}

function preset(
  title: string,
  config: Omit<PixelCnnPlusConfig, 'condition' | 'conditionSize' | 'resolutions'>,
  domain: Domain,
  steps: number,
): Preset<PixelCnnPlusConfig> {
  const large = (domain.shape[0] ?? 1) * (domain.shape[1] ?? 1) > 900
  return {
    title,
    config: { ...config, resolutions: fittingResolutions(domain, 3), condition: 'none', conditionSize: 0 },
    training: {
      batchSize: large ? 8 : 16,
      learningRate: config.filters > 100 ? 1e-3 : config.filters > 32 ? 2e-3 : 3e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 50,
      gradientClip: 5,
      ema: config.filters > 100 ? 0.9995 : 0.998,
      validateEvery: 500,
      validExamples: 1000,
    },
    budget: { steps },
  }
}
