import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../contract/domain'
import { completionExactnessSchema } from '../contract/records/completion'
import { histogramRecordSchema } from '../contract/records/histogram'
import { causalityProofSchema, modelDocumentSchema } from '../contract/records/model'
import { engineInfoSchema, executionInfoSchema } from '../contract/records/run'
import { drawnPartSchema } from '../contract/records/samples'
import { budgetSchema, metricPointSchema, trainingConfigSchema } from '../contract/records/training'
import { levelArraySchema } from '../contract/levels'

/**
 * What main and the forked engine process say to each other (oRPC over the process channel).
 * The engine writes tensors only (safetensors, sample arrays); main writes records and metrics.
 */
const writtenFile = z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })

export const datasetRefSchema = z.object({
  folder: z.string(),
  domain: domainSchema,
})
/** A checkpoint folder whose files main has verified. */
export const checkpointRefSchema = z.object({ folder: z.string(), step: z.number().int(), epoch: z.number(), seconds: z.number(), trainerState: z.record(z.string(), z.unknown()) })

export const trainRequestSchema = z.object({
  runId: z.string(),
  runFolder: z.string(),
  dataset: datasetRefSchema,
  model: modelDocumentSchema,
  training: trainingConfigSchema,
  budget: budgetSchema,
  resumeFrom: checkpointRefSchema.nullable(),
})
export type TrainRequest = z.infer<typeof trainRequestSchema>

export const trainEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), parameters: z.number().int(), engine: engineInfoSchema, execution: executionInfoSchema.nullable(), stepsPerEpoch: z.number(), totalSteps: z.number().nullable() }),
  z.object({ type: z.literal('metrics'), points: z.array(metricPointSchema), fraction: z.number(), etaSeconds: z.number().nullable() }),
  /** Tensors are complete (fsynced) in `folder`, a temporary name beside the final one; main writes checkpoint.json there and renames it. */
  z.object({
    type: z.literal('checkpoint'),
    step: z.number().int(),
    epoch: z.number(),
    seconds: z.number(),
    folder: z.string(),
    files: z.array(writtenFile),
    weightsHash: z.string(),
    trainerState: z.record(z.string(), z.unknown()),
    train: z.object({ nats: z.number(), bitsPerDim: z.number() }).nullable(),
    valid: z.object({ nats: z.number(), bitsPerDim: z.number(), standardError: z.number(), weights: z.enum(['raw', 'ema']) }).nullable(),
    best: z.boolean(),
  }),
  z.object({ type: z.literal('histograms'), record: histogramRecordSchema }),
  /** Gallery samples are complete in `file` (see engine/sampleFile). */
  z.object({ type: z.literal('gallery'), step: z.number().int(), file: z.string() }),
  z.object({ type: z.literal('finished'), reason: z.enum(['budget', 'early-stopping', 'paused', 'stopped', 'fitted']), step: z.number().int(), weightsHash: z.string() }),
])
export type TrainEvent = z.infer<typeof trainEventSchema>

export const sampleRequestSchema = z.object({
  model: modelDocumentSchema,
  domain: domainSchema,
  checkpointFolder: z.string(),
  weights: z.enum(['raw', 'ema']),
  count: z.number().int(),
  /** Samples first … first + count − 1 of the seed. */
  first: z.number().int().nonnegative().optional(),
  seed: z.number().int(),
  temperature: z.number(),
  length: z.number().int().nullable(),
  naive: z.boolean(),
  /** Class-conditional models: the class of each sample. */
  classes: z.array(z.number().int().nonnegative()).optional(),
  /** Models that are conditioned on features: frames × size float32 as they stand in the data set, the same for every sample. */
  features: bytesSchema.optional(),
  /** Whether parts of the samples are sent while they are drawn. */
  parts: z.boolean().optional(),
  /** Completions: n × D levels of the examples, 1 for each of D dimensions that is filled in, and how often; count = n · draws. */
  completion: z.object({ levels: levelArraySchema, unknown: bytesSchema, draws: z.number().int().positive() }).optional(),
})
export type SampleRequest = z.infer<typeof sampleRequestSchema>
export const sampleResultSchema = z.object({
  levels: levelArraySchema,
  means: z.instanceof(Uint8Array).nullable(),
  /** In nats, of what was drawn. */
  logProb: z.array(z.number()),
  seconds: z.number(),
  dimensionsPerSecond: z.number(),
  method: z.enum(['cached', 'naive', 'direct']),
  /** Completions only. */
  completion: completionExactnessSchema.optional(),
})

export const teacherForcedRequestSchema = z.object({
  model: modelDocumentSchema,
  domain: domainSchema,
  checkpointFolder: z.string(),
  weights: z.enum(['raw', 'ema']),
  seed: z.number().int(),
  /** n × D */
  levels: levelArraySchema,
  /** Class-conditional models: the class of each. */
  classes: z.array(z.number().int().nonnegative()).optional(),
})
export type TeacherForcedRequest = z.infer<typeof teacherForcedRequestSchema>
/** Of every p(x_i | x_<i), n × D: −log of the level that is there and the entropy in nats (float32), the mean as 0…255, the most probable level. */
export const teacherForcedResultSchema = z.object({ nats: bytesSchema, entropies: bytesSchema, means: bytesSchema, modes: levelArraySchema, exact: z.boolean() })

export const completableRequestSchema = z.object({ model: modelDocumentSchema, domain: domainSchema, unknown: bytesSchema })
export type CompletableRequest = z.infer<typeof completableRequestSchema>

export const scoreRequestSchema = z.object({
  model: modelDocumentSchema,
  dataset: datasetRefSchema,
  split: splitNameSchema,
  checkpointFolder: z.string(),
  weights: z.enum(['raw', 'ema']),
  batchSize: z.number().int().positive(),
  seed: z.number().int(),
  /** Members of the ensemble to score instead of the first. */
  ensemble: z.number().int().positive().optional(),
  /** Of a model with latents: draws of them that each bound weighs, in place of the model's own. */
  importanceSamples: z.number().int().positive().optional(),
  /** Only so many examples, each class in its share (or by chance where there are no labels); all when absent. */
  examples: z.number().int().positive().optional(),
  /** Also the mean NLL of each dimension; examples of one shape only. */
  map: z.boolean().optional(),
})
export type ScoreRequest = z.infer<typeof scoreRequestSchema>
/**
 * nats: total −log p of each example; dimensions: how many dimensions (samples) each one counted; draws: over how many draws of the noise a
 * bound is the mean, null when the numbers are exact; map: mean nats of each dimension; states: of binary data of
 * at most 16 dimensions, the entropy of the split's frequencies in nats and the sum of the model's probabilities over all states.
 */
export const scoreResultSchema = z.object({
  nats: z.array(z.number()),
  dimensions: z.array(z.number().int()),
  draws: z.number().int().positive().nullable(),
  /** Of a model with latents: how many draws of them each of these weighs (IWAE), and the variance in nats² of the sum of `nats` by the draws. */
  latents: z.object({ samples: z.number().int().positive(), variance: z.number().nonnegative() }).nullable(),
  map: z.array(z.number()).nullable(),
  states: z.object({ entropy: z.number(), totalProbability: z.number() }).nullable(),
  /** Of an ensemble: −log p of each example averaged over the members, and of each member averaged over the examples. */
  members: z.object({ nats: z.array(z.number()), each: z.array(z.number()) }).nullable(),
  /** Which examples were scored, ascending, and how they were chosen; null when all were. */
  subset: z.object({ indices: z.array(z.number().int()), of: z.number().int(), by: z.enum(['class', 'chance']), seed: z.number().int() }).nullable(),
})

export const classifyRequestSchema = z.object({
  model: modelDocumentSchema,
  dataset: datasetRefSchema,
  split: splitNameSchema,
  /** Only so many examples, each class in its share; all when absent. */
  examples: z.number().int().positive().optional(),
  checkpointFolder: z.string(),
  weights: z.enum(['raw', 'ema']),
  batchSize: z.number().int().positive(),
  seed: z.number().int(),
})
export type ClassifyRequest = z.infer<typeof classifyRequestSchema>
/** nats: −log p(x | c), one list of all examples for each class; dimensions: of each example; draws: as in a score. */
export const classifyResultSchema = z.object({
  nats: z.array(z.array(z.number())),
  dimensions: z.array(z.number().int()),
  labels: z.array(z.number().int()),
  draws: z.number().int().positive().nullable(),
})

export const examineRequestSchema = scoreRequestSchema.omit({ ensemble: true, importanceSamples: true, map: true })
export type ExamineRequest = z.infer<typeof examineRequestSchema>
/** What ml/evaluation's examination gathers; lists by example in the order of `indices`. */
export const examineResultSchema = z.object({
  nats: z.array(z.number()),
  expected: z.array(z.number()),
  variance: z.array(z.number()).nullable(),
  meanNats: z.array(z.number()),
  meanExpected: z.array(z.number()),
  pit: z.object({ counts: z.array(z.number().int()), total: z.number().int() }),
  reliability: z.array(z.object({ count: z.number().int(), predicted: z.number(), observed: z.number() })),
  /** Set when the numbers are bounds. */
  draws: z.number().int().positive().nullable(),
  indices: z.array(z.number().int()),
  labels: z.array(z.number().int()).nullable(),
  /** How the examples were chosen; null when all were. */
  subset: z.object({ of: z.number().int(), by: z.enum(['class', 'chance']), seed: z.number().int() }).nullable(),
})

export const conditionalsRequestSchema = scoreRequestSchema.omit({ ensemble: true, map: true, examples: true, batchSize: true }).extend({ index: z.number().int().nonnegative() })
export type ConditionalsRequest = z.infer<typeof conditionalsRequestSchema>
/** Of one example: masses D × K float32, nats D float32. */
export const conditionalsResultSchema = z.object({ levels: levelArraySchema, masses: bytesSchema, nats: bytesSchema, label: z.number().int().nullable(), exact: z.boolean() })

export const featuresRequestSchema = scoreRequestSchema.omit({ ensemble: true, map: true, examples: true }).extend({ layer: z.string().optional() })
export type FeaturesRequest = z.infer<typeof featuresRequestSchema>
/** values: examples × units float32. */
export const featuresResultSchema = z.object({ layer: z.string(), layers: z.array(z.string()), explanation: z.string(), units: z.number().int(), values: bytesSchema, labels: z.array(z.number().int()).nullable() })

export const proveRequestSchema = z.object({ model: modelDocumentSchema, domain: domainSchema })
export type ProveRequest = z.infer<typeof proveRequestSchema>

/** Some steps of training on real batches, thrown away afterwards; ends after about so many seconds. */
export const timeStepsRequestSchema = z.object({ model: modelDocumentSchema, dataset: datasetRefSchema, training: trainingConfigSchema, seconds: z.number().positive() })
export type TimeStepsRequest = z.infer<typeof timeStepsRequestSchema>
/** secondsPerStep: the median over `steps`, the first one, which makes the program ready, left out. */
export const stepTimingSchema = z.object({ secondsPerStep: z.number(), steps: z.number().int(), stepsPerEpoch: z.number().int(), mode: z.enum(['compiled', 'eager']) })
export type StepTiming = z.infer<typeof stepTimingSchema>

export const engineProtocol = {
  /** Starts the tensor backend; quick afterwards. */
  start: oc.input(z.object({ prefer: z.enum(['tensorflow', 'wasm']).optional(), threads: z.number().int().positive().optional() })).output(engineInfoSchema),
  /** Heartbeat and resource counts. */
  ping: oc.output(z.object({ memoryBytes: z.number(), tensors: z.number().int() })),
  /** The numerical proof of causality on the built model, in about a second. */
  prove: oc.input(proveRequestSchema).output(causalityProofSchema),
  /** How long a training step of the model takes. */
  timeSteps: oc.input(timeStepsRequestSchema).output(stepTimingSchema),
  /** Whether the model fills in the unknown dimensions exactly; it is built, without weights. */
  completable: oc.input(completableRequestSchema).output(completionExactnessSchema),
  train: oc.input(trainRequestSchema).output(eventIterator(trainEventSchema)),
  /** Takes effect at the next step boundary; the train stream then ends with a checkpoint and 'finished'. */
  control: oc.input(z.object({ action: z.enum(['pause', 'stop', 'checkpoint']) })).output(z.object({ ok: z.literal(true) })),
  sample: oc.input(sampleRequestSchema).output(eventIterator(z.object({ done: z.number(), total: z.number(), result: sampleResultSchema.nullable(), parts: z.array(drawnPartSchema).optional() }))),
  score: oc.input(scoreRequestSchema).output(eventIterator(z.object({ done: z.number(), total: z.number(), result: scoreResultSchema.nullable() }))),
  /** Everything that one pass over the conditionals of some examples tells. */
  examine: oc.input(examineRequestSchema).output(eventIterator(z.object({ done: z.number(), total: z.number(), result: examineResultSchema.nullable() }))),
  /** Activations of a hidden layer. */
  features: oc.input(featuresRequestSchema).output(eventIterator(z.object({ done: z.number(), total: z.number(), result: featuresResultSchema.nullable() }))),
  /** What every conditional says of levels that are given. */
  teacherForced: oc.input(teacherForcedRequestSchema).output(teacherForcedResultSchema),
  /** Every conditional of one example. */
  conditionals: oc.input(conditionalsRequestSchema).output(conditionalsResultSchema),
  classify: oc.input(classifyRequestSchema).output(eventIterator(z.object({ done: z.number(), total: z.number(), result: classifyResultSchema.nullable() }))),
}
export type EngineProtocol = typeof engineProtocol
