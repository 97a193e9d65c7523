import { z } from 'zod'
import { domainSchema } from '../domain'
import { likelihoodSchema } from '../likelihood'
import { modelDocumentSchema, presetNameSchema } from './model'
import { budgetSchema, trainingConfigSchema } from './training'

export const runStatusSchema = z.enum(['queued', 'starting', 'running', 'paused', 'stopped', 'interrupted', 'completed', 'failed'])
export type RunStatus = z.infer<typeof runStatusSchema>

/** Which engine produced the numbers. */
export const engineInfoSchema = z.object({
  name: z.enum(['tfjs-node-gpu', 'tfjs-node', 'wasm']),
  tensorflow: z.string().nullable(),
  device: z.enum(['cpu', 'gpu']),
  gpu: z.string().nullable(),
  reason: z.string(),
})
export type EngineInfo = z.infer<typeof engineInfoSchema>

/** How the steps were run: as one compiled program each, or op by op, and why. */
export const executionInfoSchema = z.object({ mode: z.enum(['compiled', 'eager']), reason: z.string() })
export type ExecutionInfo = z.infer<typeof executionInfoSchema>

/** Where a branch comes from. The parent may be gone by now: its name is kept. */
export const runParentSchema = z.object({
  runId: z.string(),
  name: z.string(),
  step: z.number().int(),
  weights: z.enum(['raw', 'ema']),
  /** 'keep': the optimizer's state was taken over and steps count on; 'fresh': it began anew, at step 0. */
  optimizer: z.enum(['keep', 'fresh']),
})

export const RUN_VERSION = 1
export const runRecordSchema = z.object({
  type: z.literal('run'),
  version: z.literal(RUN_VERSION),
  /** Folder name: family-dataset-xxxx. */
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  dataset: z.object({ id: z.string(), name: z.string(), variant: z.string(), domain: domainSchema }),
  model: modelDocumentSchema,
  preset: presetNameSchema.nullable(),
  training: trainingConfigSchema,
  budget: budgetSchema,
  parameters: z.number().int(),
  status: runStatusSchema,
  /** Clear message when failed or interrupted: what happened and the mend. */
  error: z.string().nullable(),
  progress: z.object({ step: z.number().int(), epoch: z.number(), seconds: z.number(), fraction: z.number().min(0).max(1), etaSeconds: z.number().nullable(), stepsPerSecond: z.number() }),
  lastTrain: z.object({ step: z.number().int(), nats: z.number(), bitsPerDim: z.number() }).nullable(),
  lastValid: z.object({ step: z.number().int(), nats: z.number(), bitsPerDim: z.number() }).nullable(),
  best: z.object({ step: z.number().int(), nats: z.number(), bitsPerDim: z.number() }).nullable(),
  baselines: z.object({ uniformNats: z.number(), independentNats: z.number() }),
  /** Latest exact scores, newest first. */
  scores: z.array(
    likelihoodSchema.extend({
      checkpointStep: z.number().int(),
      scoredAt: z.iso.datetime(),
      dataset: z.string(),
      /** File in the run's folder with the NLL of each example; absent in older scores. */
      perExample: z.string().optional(),
    }),
  ),
  weightsHash: z.string().nullable(),
  engine: engineInfoSchema.nullable(),
  /** null before the first step, and for models that are fitted by counting. */
  execution: executionInfoSchema.nullable().default(null),
  notes: z.string(),
  tags: z.array(z.string()).default([]),
  /** The checkpoint that the run began with; null for one that began with fresh weights. Older records have no such field. */
  parent: runParentSchema.nullable().default(null),
  /** Set on a run that came from an archive. */
  imported: z.object({ at: z.iso.datetime(), runId: z.string(), file: z.string() }).nullable().default(null),
})
export type RunRecord = z.infer<typeof runRecordSchema>

export const CHECKPOINT_VERSION = 1
export const checkpointRecordSchema = z.object({
  type: z.literal('checkpoint'),
  version: z.literal(CHECKPOINT_VERSION),
  runId: z.string(),
  step: z.number().int(),
  epoch: z.number(),
  seconds: z.number(),
  createdAt: z.iso.datetime(),
  train: z.object({ nats: z.number(), bitsPerDim: z.number() }).nullable(),
  valid: z.object({ nats: z.number(), bitsPerDim: z.number(), standardError: z.number(), weights: z.enum(['raw', 'ema']) }).nullable(),
  /** SHA-256 over the canonical weight tensors. */
  weightsHash: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })),
  /** Everything else that an exact resume needs (early stopping, averages, counters); written by the trainer, opaque to others. */
  trainerState: z.record(z.string(), z.unknown()),
  tags: z.array(z.enum(['best', 'last'])),
  pinned: z.boolean(),
  note: z.string(),
  bytes: z.number().int(),
})
export type CheckpointRecord = z.infer<typeof checkpointRecordSchema>
/** As listed: `problem` says why a checkpoint cannot be used (torn, checksum) instead of it being loaded. */
export const checkpointListingSchema = z.object({ step: z.number().int(), record: checkpointRecordSchema.nullable(), problem: z.string().nullable() })
export type CheckpointListing = z.infer<typeof checkpointListingSchema>
