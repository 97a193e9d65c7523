import { z } from 'zod'
import { withoutDefaults } from '../withoutDefaults'
import { optimizerSchema } from './optimizer'

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }),
  /** Cosine from the learning rate down to `floor` × learning rate over the whole budget. */
  z.object({ kind: z.literal('cosine'), floor: z.number().min(0).max(1).default(0.02) }),
  /** learningRate × rate^step. */
  z.object({ kind: z.literal('exponential'), rate: z.number().min(0.9).max(1).default(0.99999) }),
])
export type Schedule = z.infer<typeof scheduleSchema>

/** How the steps of a training run. */
export const executionSchema = z.enum(['auto', 'compiled', 'eager'])
export type Execution = z.infer<typeof executionSchema>

/** How long to train: the first limit reached ends the run. At least one is set by the time a run starts. */
export const budgetSchema = z.object({
  steps: z.number().int().positive().optional(),
  epochs: z.number().positive().optional(),
  minutes: z.number().positive().optional(),
})
export type Budget = z.infer<typeof budgetSchema>

export const trainingConfigSchema = z.object({
  batchSize: z.number().int().min(1).max(65536).default(100).meta({ title: 'Batch size' }),
  learningRate: z.number().positive().max(10).default(1e-3).meta({ title: 'Learning rate' }),
  schedule: scheduleSchema.default({ kind: 'cosine', floor: 0.02 }),
  /** Steps over which the learning rate rises linearly from 0. */
  warmupSteps: z.number().int().nonnegative().default(0),
  optimizer: optimizerSchema.default({ kind: 'adam' }),
  beta1: z.number().min(0).max(0.9999).default(0.9),
  beta2: z.number().min(0).max(0.99999).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** Largest global gradient norm; null = no clipping. */
  gradientClip: z.number().positive().nullable().default(null),
  /** Decay of the exponential moving average of the weights; null = none. */
  ema: z.number().min(0.5).max(0.99999).nullable().default(null),
  /** Steps between validations; null = once an epoch. */
  validateEvery: z.number().int().positive().nullable().default(null),
  /** Examples of the validation split scored each time (a fixed stratified choice); null = all. */
  validExamples: z.number().int().positive().nullable().default(null),
  /** Steps between checkpoints; null = at each validation. 'Last' and 'best' are always kept. */
  checkpointEvery: z.number().int().positive().nullable().default(null),
  /** Checkpoints kept besides best, last and pinned ones. */
  keepCheckpoints: z.number().int().nonnegative().default(20),
  /** Also kept: the first checkpoint at or after each multiple of so many steps; null = none. */
  keepCheckpointsEvery: z.number().int().positive().nullable().default(null),
  /** Validations without improvement before stopping; null = never. */
  patience: z.number().int().positive().nullable().default(null),
  /** Samples drawn with fixed seeds at each checkpoint for the gallery; 0 = none. */
  gallerySamples: z.number().int().min(0).max(256).default(16),
  seed: z.number().int().nonnegative().default(0),
  /** Images: the probability with which one is mirrored left to right in a training batch. Likelihoods are of images as they are. */
  mirror: z.number().min(0).max(1).default(0),
  /** Images: the pixels by which one is moved at most along each axis in a training batch. */
  shift: z.number().int().min(0).max(8).default(0),
  /** Audio: samples per training window that count in the loss. */
  windowSamples: z.number().int().min(16).default(2048),
  /**
   * 'compiled': the whole step as one program; 'eager': op by op, slower, the same numbers; 'auto': compiled where the engine and the model
   * allow it.
   */
  execution: executionSchema.default('auto'),
})
export type TrainingConfig = z.infer<typeof trainingConfigSchema>
export type TrainingConfigInput = z.input<typeof trainingConfigSchema>
/** The settings somebody chose; the preset's values, then the defaults fill the rest. */
export const trainingSettingsSchema = withoutDefaults(trainingConfigSchema)
export type TrainingSettings = z.infer<typeof trainingSettingsSchema>

/** One line of metrics.jsonl. Every number that is a likelihood is in the domain's unit. */
export const metricPointSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('train'),
    step: z.number().int(),
    epoch: z.number(),
    /** Wall seconds of training so far (pauses excluded). */
    seconds: z.number(),
    nats: z.number(),
    bitsPerDim: z.number(),
    gradientNorm: z.number(),
    learningRate: z.number(),
    stepsPerSecond: z.number(),
    examplesPerSecond: z.number(),
    /** Milliseconds that a step waited for its batch, on average; absent in older records. */
    dataWaitMs: z.number().nonnegative().optional(),
    memoryBytes: z.number(),
    tensors: z.number().int(),
    /** Cores that the engine kept busy, on average since the last point; absent in older records, as are the next two without a GPU. */
    cpuCores: z.number().nonnegative().optional(),
    gpuPercent: z.number().nonnegative().optional(),
    gpuMemoryBytes: z.number().nonnegative().optional(),
  }),
  z.object({
    kind: z.literal('valid'),
    step: z.number().int(),
    epoch: z.number(),
    seconds: z.number(),
    nats: z.number(),
    bitsPerDim: z.number(),
    standardError: z.number(),
    examples: z.number().int(),
    weights: z.enum(['raw', 'ema']),
  }),
])
export type MetricPoint = z.infer<typeof metricPointSchema>
