import { z } from 'zod'
import type { Domain } from '../domain'
import type { Inspection } from '../records/model'
import type { Block } from './blocks/blocks'
import { imageField } from './blocks/imageField'
import { blockContext, inspectBlocks, traceBlocks, traceNeeds, walkBlocks } from './blocks/inspectBlocks'
import type { Grid, PositionSet } from './blocks/stream'
import { colourChannels } from './colourChannels'
import { conditionFields } from './conditioned'
import type { ConfigMisfit, FamilyDescription, InspectOptions, Preset } from './family'
import { describeDomain, trainingMemory } from './figures'
import { gatedPixelCnnBlocks, gatedPixelCnnSchema } from './gatedPixelcnn'
import { refusesAllButImages } from './refusals'
import { coarseCells, multiscaleOrdering } from './scaleOrdering'

type BlockInspection = Inspection['blocks'][number]

const MOST = 8
const gatedFields = gatedPixelCnnSchema.shape

export const multiscaleSchema = z.strictObject({
  factor: z
    .number()
    .int()
    .min(2)
    .max(MOST)
    .default(2)
    .meta({ title: 'Factor', description: 's: the small image is every s-th pixel of every s-th row. Height and width must be divisible by it.' }),
  channels: gatedFields.channels,
  coarseLayers: z.number().int().min(0).max(64).default(6).meta({ title: 'Layers, small image', description: 'Gated layers after the first one.' }),
  layers: z.number().int().min(0).max(64).default(6).meta({ title: 'Layers, whole image', description: 'Gated layers after the first one.' }),
  kernel: gatedFields.kernel,
  firstKernel: gatedFields.firstKernel,
  headChannels: gatedFields.headChannels,
  contextChannels: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(32)
    .meta({ title: 'Context channels', description: 'Features of the small image, brought to the size of the whole one, that its gates are given.' }),
  conditionals: gatedFields.conditionals,
  components: gatedFields.components,
  ...conditionFields,
})
export type MultiscaleConfig = z.infer<typeof multiscaleSchema>

/** 3 × 3 convolutions over the small image before it is brought to size: a pixel's context reaches so many small pixels around it. */
export const CONTEXT_LAYERS = 2

/** The sub-sampled image. */
export function coarseDomain(config: Pick<MultiscaleConfig, 'factor'>, domain: Domain): Domain {
  const [height = 1, width = 1, channels = 1] = domain.shape
  return { ...domain, shape: [height / config.factor, width / config.factor, channels] }
}

/** Block lists of both nets: the same gated stacks, that of the whole image with the small one as its context. */
export function multiscaleBlocks(config: MultiscaleConfig, domain: Domain): { coarse: Block[]; fine: Block[] } {
  const [input, ...rest] = gatedPixelCnnBlocks(config, domain)
  return {
    coarse: gatedPixelCnnBlocks({ ...config, layers: config.coarseLayers }, domain),
    fine: [input!, { kind: 'context-input', channels: config.contextChannels }, ...rest],
  }
}

/** Shapes of the net that makes the context: weights [3, 3, in, F] and then [F, s²F], each with a bias. */
export function contextShapes({ factor, contextChannels: F }: MultiscaleConfig, channels: number): Array<{ name: string; shape: number[] }> {
  return [
    ...Array.from({ length: CONTEXT_LAYERS }, (_value, layer) => ({ name: `context.${layer}`, shape: [3, 3, layer === 0 ? channels + 1 : F, F] })),
    { name: 'context.spread', shape: [F, factor * factor * F] },
  ]
}

/** A factor that does not divide the image. */
export function multiscaleMisfit({ factor }: Pick<MultiscaleConfig, 'factor'>, domain: Domain): ConfigMisfit | null {
  const [height = 1, width = 1] = domain.shape
  if (height % factor === 0 && width % factor === 0) return null
  const fitting = fittingFactors(domain)
  const whole = (size: number): number => Math.max(factor, Math.round(size / factor) * factor)
  return {
    field: 'factor',
    message:
      `the small image takes one of every ${factor} × ${factor} pixels, so height and width must be divisible by ${factor}, but these are ${describeDomain(domain)}. ` +
      `${fitting.length > 0 ? `Choose ${fitting.join(' or ')}, or import` : 'Import'} them resized (--size ${whole(width)}x${whole(height)}).`,
  }
}

const fittingFactors = ({ shape: [height = 1, width = 1] }: Domain): number[] =>
  Array.from({ length: MOST - 1 }, (_value, index) => index + 2).filter((factor) => height % factor === 0 && width % factor === 0)

export const multiscale: FamilyDescription<MultiscaleConfig> = {
  id: 'multiscale',
  title: 'Multi-scale PixelCNN',
  description:
    'First a small image of every s-th pixel, then the pixels between, given all of the small one: what is far apart in the image is settled early. ' +
    'Gated PixelCNN at both scales.',
  reference: 'van den Oord, Kalchbrenner & Kavukcuoglu (2016), Pixel Recurrent Neural Networks, section 3.4 (Multi-Scale PixelRNN)',
  equation: 'p(x) = ∏ p(x_i | x_<i) over the sub-sampled pixels, then ∏ p(x_j | x_<j, all sub-sampled pixels) over the others, in raster order',
  cost: 'one pass of both nets per example; one pass per pixel of a sample, of which only the new pixel and one row of the vertical stack are computed',
  domains: ['binary images', 'grey images', 'RGB images'],
  sampling: 'cached',
  group: 'convolutional',
  schema: multiscaleSchema,
  refuses(domain) {
    const refusal = refusesAllButImages('Multi-scale PixelCNN', domain)
    if (refusal || fittingFactors(domain).length > 0) return refusal
    const [height = 1, width = 1] = domain.shape
    const even = (size: number): number => Math.max(2, size + (size % 2))
    return (
      `Multi-scale PixelCNN needs a factor of 2 to ${MOST} that divides height and width, but these are ${describeDomain(domain)}. ` +
      `Import them resized (--size ${even(width)}x${even(height)}), or choose Gated PixelCNN.`
    )
  },
  misfit: multiscaleMisfit,
  presets: (domain) => ({
    small: preset('Minutes', { channels: 24, coarseLayers: 4, layers: 3, headChannels: 32, contextChannels: 16 }, domain, 1500),
    standard: preset('Standard: 6 layers of 48 at both scales', { channels: 48, coarseLayers: 6, layers: 6, headChannels: 64, contextChannels: 32 }, domain, 6000),
    paper: {
      ...preset('Paper: 12 layers of 128 at both scales', { channels: 128, coarseLayers: 12, layers: 12, headChannels: 1024, contextChannels: 128 }, domain, 8000),
      budget: { epochs: 100 },
    },
  }),
  ordering: ({ factor }, domain) => multiscaleOrdering(domain.shape, factor),
  inspect: inspectMultiscale,
}

function inspectMultiscale(config: MultiscaleConfig, domain: Domain, options: InspectOptions = {}): Inspection {
  const misfit = multiscaleMisfit(config, domain)
  if (misfit) throw new Error(`${misfit.field}: ${misfit.message}`)
  const { coarse: coarseBlocks, fine: fineBlocks } = multiscaleBlocks(config, domain)
  const { batchSize = 100 } = options
  const small = coarseDomain(config, domain)
  const coarse = inspectBlocks('image', coarseBlocks, small, { batchSize })
  const fine = inspectBlocks('image', fineBlocks, domain, { batchSize })
  const context = contextFigures(config, domain)
  const named = (scale: string, { blocks }: Inspection): BlockInspection[] => blocks.map((block) => ({ ...block, name: `${scale}.${block.name}` }))
  const blocks = [...named('coarse', coarse), ...context.blocks, ...named('fine', fine)]
  const ordering = multiscaleOrdering(domain.shape, config.factor)
  const { receptiveField, leaks } = imageField(tracer(config, domain), blockContext('image', domain).grid, options.pixel, ordering)
  const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
  const process = trainingMemory({ parameters: 0, activationsPerExample: 0, batchSize: 1 })
  const found = [
    ...coarse.leaks.map((leak) => ({ ...leak, block: `coarse.${leak.block}` })),
    ...fine.leaks.map((leak) => ({ ...leak, block: `fine.${leak.block}` })),
  ]
  if (leaks && found.length === 0) found.push({ block: 'fine', reason: 'the dependency rules let an output see its own or a later position' })
  return {
    parameters,
    multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
    receptiveField,
    blocks,
    causal: found.length === 0,
    leaks: found,
    trainingMemoryBytes:
      coarse.trainingMemoryBytes +
      fine.trainingMemoryBytes +
      trainingMemory({ parameters: context.blocks.reduce((sum, block) => sum + block.parameters, 0), activationsPerExample: context.activations, batchSize }) -
      2 * process,
  }
}

function contextFigures(config: MultiscaleConfig, domain: Domain): { blocks: BlockInspection[]; activations: number } {
  const [height = 1, width = 1, channels = 1] = coarseDomain(config, domain).shape
  const area = height * width
  const blocks = contextShapes(config, channels).map(({ name, shape }): BlockInspection => {
    const outputs = shape.at(-1)!
    const weights = shape.reduce((product, size) => product * size, 1)
    return { name, kind: shape.length === 4 ? 'convolution' : 'up-sampling', shape: [height, width, outputs], parameters: weights + outputs, multiplyAdds: area * weights }
  })
  return { blocks, activations: 2 * blocks.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0) }
}

/** Which dimensions an output of the whole model depends on; pixels of the small image are predicted by its own net alone. */
export function tracer(config: MultiscaleConfig, domain: Domain): (from: PositionSet) => PositionSet {
  const { factor } = config
  const lists = multiscaleBlocks(config, domain)
  const [fineContext, coarseContext] = [blockContext('image', domain), blockContext('image', coarseDomain(config, domain))]
  const [fineWalked, coarseWalked] = [walkBlocks(lists.fine, fineContext), walkBlocks(lists.coarse, coarseContext)]
  const { grid } = fineContext
  const isCoarse = coarseCells(domain.shape, factor)
  const plane = grid.height * grid.width
  const small: Grid = coarseContext.grid
  const smallPlane = small.height * small.width
  const smallCell = (cell: number): number => Math.floor(Math.floor(cell / grid.width) / factor) * small.width + Math.floor((cell % grid.width) / factor)
  return (from) => {
    const [fineFrom, coarseFrom] = [new Uint8Array(from.length), new Uint8Array(smallPlane * small.groups)]
    const contextFrom = new Uint8Array(smallPlane)
    from.forEach((flag, at) => {
      if (!flag) return
      const [group, cell] = [Math.floor(at / plane), at % plane]
      if (isCoarse[cell]) coarseFrom[group * smallPlane + smallCell(cell)] = 1
      else fineFrom[at] = 1
    })
    const need = fineFrom.includes(1) ? traceNeeds(fineWalked, fineFrom, fineContext) : null
    const seen = need?.main ?? new Uint8Array(from.length)
    need?.context?.forEach((flag, cell) => {
      if (flag) contextFrom[smallCell(cell)] = 1
    })
    const seenSmall = coarseFrom.includes(1) ? traceBlocks(coarseWalked, coarseFrom, coarseContext) : new Uint8Array(coarseFrom.length)
    const reached = around(contextFrom, small)
    for (let group = 0; group < grid.groups; group++) {
      for (let cell = 0; cell < plane; cell++) {
        if (isCoarse[cell] && (seenSmall[group * smallPlane + smallCell(cell)] || reached[smallCell(cell)])) seen[group * plane + cell] = 1
      }
    }
    return seen
  }
}

/** Every pixel within the reach of the context's convolutions. */
function around(flags: Uint8Array, { height, width }: Grid): Uint8Array {
  const result = new Uint8Array(flags.length)
  flags.forEach((flag, cell) => {
    if (!flag) return
    const [row, column] = [Math.floor(cell / width), cell % width]
    for (let r = Math.max(0, row - CONTEXT_LAYERS); r <= Math.min(height - 1, row + CONTEXT_LAYERS); r++)
      result.fill(1, r * width + Math.max(0, column - CONTEXT_LAYERS), r * width + Math.min(width - 1, column + CONTEXT_LAYERS) + 1)
  })
  return result
}

function preset(
  title: string,
  config: Pick<MultiscaleConfig, 'channels' | 'coarseLayers' | 'layers' | 'headChannels' | 'contextChannels'>,
  domain: Domain,
  steps: number,
): Preset<MultiscaleConfig> {
  const even = (channels: number): number => colourChannels(domain, channels)
  const many = domain.levels > 16
  return {
    title,
    config: {
      factor: fittingFactors(domain)[0] ?? 2,
      ...config,
      channels: even(config.channels),
      headChannels: even(config.headChannels),
      kernel: 5,
      firstKernel: 7,
      conditionals: many ? 'logistics' : 'softmax',
      components: 5,
      condition: 'none',
      conditionSize: 0,
    },
    training: {
      batchSize: many ? 16 : 32,
      learningRate: 2e-3,
      // Pixels beyond the tails of narrow logistics make some gradients many times larger than others.
      ...(many ? { gradientClip: 5 } : {}),
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 100,
      ema: 0.999,
      validateEvery: 500,
      validExamples: 2000,
    },
    budget: { steps },
  }
}
