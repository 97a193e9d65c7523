import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { Inspection, ReceptiveField } from '../records/model'
import type { ConfigMisfit, InspectOptions, Preset } from './family'
import { count, parametersPerDimension, trainingMemory } from './figures'
import { sequenceTraining } from './sequenceTraining'

/** What the families with latent variables share: values are generated in frames, each with latents of its own, and scored by a bound. */
export const latentFields = {
  frame: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .meta({ title: 'Frame', description: 'F: values that follow each other and share one step of the latents; 16 or more make recordings affordable.' }),
  reach: z
    .number()
    .int()
    .min(0)
    .max(512)
    .default(0)
    .meta({
      title: 'Reach of the output',
      description: 'Values right before it that each output reads besides. 0, as in the paper: the values of a frame are independent given its latents.',
    }),
  embedding: z.number().int().min(1).max(1024).default(16).meta({ title: 'Embedding', description: 'E: channels of the vector that stands for a value.' }),
  importanceSamples: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(8)
    .meta({
      title: 'Importance samples',
      description: 'K: draws of the latents that a score weighs (IWAE). The bound falls towards the true NLL as K grows; 1 gives the ELBO. Training always takes the ELBO.',
    }),
}

type BlockInspection = Inspection['blocks'][number]

export interface LatentFields {
  frame: number
  reach: number
  embedding: number
  importanceSamples: number
}

/** A weight of a family with latents, and the part of the model it belongs to. */
export interface LatentParameter {
  part: string
  name: string
  shape: number[]
}

/** name.weight [inputs, outputs] and name.bias [outputs] */
export const denseParameters = (part: string, name: string, inputs: number, outputs: number): LatentParameter[] => [
  { part, name: `${name}.weight`, shape: [inputs, outputs] },
  { part, name: `${name}.bias`, shape: [outputs] },
]

export const framesIn = (steps: number, { frame }: Pick<LatentFields, 'frame'>): number => Math.ceil(steps / frame)

/** Embedding of values and features of a frame: embedding [K, E], input [F·E, X]. */
export const frameInputParameters = ({ frame, embedding }: LatentFields, features: number, domain: Domain): LatentParameter[] => [
  { part: 'input', name: 'embedding', shape: [domain.levels, embedding] },
  ...denseParameters('input', 'input', frame * embedding, features),
]

/** From what a frame is told [C] to each of its values: spread [C, F·U], the values right before [reach·E, U], logits [U, P]. */
export const frameOutputParameters = ({ frame, reach, embedding }: LatentFields, context: number, units: number, domain: Domain): LatentParameter[] => [
  ...denseParameters('output', 'output.spread', context, frame * units),
  ...(reach > 0 ? [{ part: 'output', name: 'output.reach.weight', shape: [reach * embedding, units] }] : []),
  ...denseParameters('output', 'output.logits', units, parametersPerDimension(domain)),
]

/** Examples of one shape: which frame is to come, [S, C]. */
export const positionParameters = (config: LatentFields, channels: number, domain: Domain): LatentParameter[] =>
  isSeries(domain) ? [] : [{ part: 'position', name: 'position', shape: [framesIn(dimensionsOf(domain), config), channels] }]

/** Frames of one example that a compiled step may hold one after the other. */
export const MOST_FRAMES = 2048

/** Values of a frame, so that the longest example has no more frames than `most`: a power of two, so that windows of clips begin with a frame. */
export const frameFor = (domain: Domain, usual: number, most: number): number => {
  let frame = usual
  while (dimensionsOf(domain) / frame > most) frame *= 2
  return Math.min(frame, dimensionsOf(domain))
}

export function frameMisfits({ frame, reach }: LatentFields, domain: Domain, most = Infinity): ConfigMisfit[] {
  const steps = dimensionsOf(domain)
  const misfits: ConfigMisfit[] = []
  if (frame > steps) misfits.push({ field: 'frame', message: `is ${count(frame)}, but an example has ${count(steps)} values. Choose at most that.` })
  if (Math.ceil(steps / frame) > most) {
    const least = Math.ceil(steps / most)
    misfits.push({
      field: 'frame',
      message: `is ${count(frame)}: the longest example has ${count(steps)} values, so ${count(Math.ceil(steps / frame))} frames one after the other. Choose ${count(least)} or more, or STCN, whose frames are computed side by side.`,
    })
  }
  if (reach >= steps && steps > 1) misfits.push({ field: 'reach', message: `is ${count(reach)}, but an example has ${count(steps)} values. Choose fewer.` })
  return misfits
}

export interface LatentFigures {
  parameters: readonly LatentParameter[]
  /** Titles of the parts in the order shown, with what comes out of each (without the batch). */
  parts: readonly { part: string; kind: string; shape: number[]; /** Applied once for each value instead of each frame. */ perValue?: boolean }[]
  /** Numbers that training keeps for each frame, beside the outputs. */
  activationsPerFrame: number
  /** Channels of the output's hidden layer. */
  units: number
  receptiveField: ReceptiveField
}

/** The figures of a configuration from its weights. */
export function inspectLatent(figures: LatentFigures, config: LatentFields, domain: Domain, { batchSize = 100 }: InspectOptions): Inspection {
  const steps = dimensionsOf(domain)
  const frames = framesIn(steps, config)
  const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)
  const blocks = figures.parts.flatMap(({ part, kind, shape }): BlockInspection[] => {
    const own = figures.parameters.filter((parameter) => parameter.part === part)
    if (own.length === 0) return []
    const products = own.filter(({ name }) => name.endsWith('.weight'))
    const multiplyAdds = products.reduce((sum, { name, shape: size }) => sum + sizeOf(size) * (name === 'output.reach.weight' || name === 'output.logits.weight' ? steps : frames), 0)
    return [{ name: part, kind, shape, parameters: own.reduce((sum, { shape: size }) => sum + sizeOf(size), 0), multiplyAdds }]
  })
  const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
  // Clips are trained in windows.
  const share = isSeries(domain) ? Math.min(1, TRAINING_WINDOW / steps) : 1
  const perValue = 3 * parametersPerDimension(domain) + 2 * figures.units + config.embedding * (config.reach + 2)
  const activationsPerExample = share * (frames * figures.activationsPerFrame + steps * perValue)
  return {
    parameters,
    multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
    receptiveField: figures.receptiveField,
    blocks,
    causal: true,
    leaks: [],
    trainingMemoryBytes: trainingMemory({ parameters, activationsPerExample, batchSize }),
  }
}

/** Values of a clip that one example of a batch holds. */
export const TRAINING_WINDOW = 1024

/** How the presets of families with latents are trained. */
export function latentTraining(domain: Domain): Preset<unknown>['training'] {
  const series = isSeries(domain)
  return {
    ...sequenceTraining(domain),
    batchSize: series ? 8 : dimensionsOf(domain) > 1024 ? 16 : 32,
    validExamples: series ? 32 : 200,
    ...(series ? { windowSamples: TRAINING_WINDOW } : {}),
  }
}
