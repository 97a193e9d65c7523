import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { galleryFrameSchema } from '../records/gallery'
import { histogramRecordSchema } from '../records/histogram'
import { modelDocumentSchema, presetNameSchema } from '../records/model'
import { runRecordSchema } from '../records/run'
import { importedRunSchema } from '../records/archive'
import { sampleSetSchema } from '../records/samples'
import { budgetSchema, metricPointSchema, trainingSettingsSchema } from '../records/training'
import { checkpointSelectorSchema, id, ok, procedure, trashed, weights } from './shared'

export const runs = {
  list: procedure.output(z.array(runRecordSchema)),
  get: procedure.input(id).output(runRecordSchema),
  /** Validates, writes the run record and queues it. */
  create: procedure
    .input(z.object({ name: z.string().trim().max(80).optional(), datasetId: z.string(), model: modelDocumentSchema, preset: presetNameSchema.nullable().default(null), training: trainingSettingsSchema, budget: budgetSchema }))
    .output(runRecordSchema),
  /** Continues from the last good checkpoint; a larger budget may be given. */
  resume: procedure.input(id.extend({ budget: budgetSchema.optional() })).output(runRecordSchema),
  /** Checkpoints, then frees the engine; resume is exact. */
  pause: procedure.input(id).output(ok),
  /** Checkpoints and ends the run. */
  stop: procedure.input(id).output(ok),
  checkpointNow: procedure.input(id).output(ok),
  /** `notesBefore`: the notes that the change was made to; refused when another window has written others meanwhile. */
  update: procedure.input(id.extend({ notesBefore: z.string().max(20000).optional(), name: z.string().trim().min(1).max(80).optional(), notes: z.string().max(20000).optional(), tags: z.array(z.string().trim().min(1).max(40)).max(20).optional() })).output(runRecordSchema),
  /** Moves it to the trash; `trashId` is what `storage.recover` takes. */
  remove: procedure.input(id).output(trashed),
  /**
   * A new run that begins with a checkpoint's weights. The budget is its own: what it trains, not a total. `optimizer: 'keep'` takes the
   * optimizer's state over, and steps count on from the checkpoint; 'fresh' begins at step 0. What `training` does not name is as the
   * parent's. Another data set must be of the same domain.
   */
  branch: procedure
    .input(
      z.object({
        runId: z.string(),
        checkpoint: checkpointSelectorSchema.default('last'),
        weights: weights.optional(),
        optimizer: z.enum(['keep', 'fresh']).default('keep'),
        name: z.string().trim().min(1).max(80).optional(),
        datasetId: z.string().optional(),
        training: trainingSettingsSchema.default({}),
        budget: budgetSchema,
      }),
    )
    .output(runRecordSchema),
  /** Which checkpoints stay, besides best, last and pinned ones; applied at the run's next checkpoint, or by `checkpoints.applyRetention`. */
  setRetention: procedure.input(id.extend({ keepCheckpoints: z.number().int().nonnegative(), keepCheckpointsEvery: z.number().int().positive().nullable() })).output(runRecordSchema),
  /**
   * Takes in a run archive, or a model archive as a run of one checkpoint. `path` is absolute, or an upload's. A run of the same id is
   * refused, unless a copy under a new id is asked for.
   */
  import: procedure.input(z.object({ path: z.string(), copy: z.boolean().default(false) })).output(importedRunSchema),
  metrics: procedure.input(id).output(z.array(metricPointSchema)),
  /**
   * All points from `from` on (an index into metrics.jsonl) in batches, then live ones as they come (at most 20 messages a second);
   * `reset` is true when earlier points were cut by a resume and the client must forget what it has.
   */
  watchMetrics: procedure.input(id.extend({ from: z.number().int().nonnegative().default(0) })).output(eventIterator(z.object({ from: z.number().int(), reset: z.boolean(), points: z.array(metricPointSchema) }))),
  /** Histograms of weights and gradients over training: all that are kept at once, then new ones; `reset` as in watchMetrics. */
  watchHistograms: procedure.input(id).output(eventIterator(z.object({ reset: z.boolean(), records: z.array(histogramRecordSchema) }))),
  /** Every change of any run record (id and record), beginning with all of them. */
  watch: procedure.output(eventIterator(z.object({ runs: z.array(runRecordSchema), removed: z.array(z.string()) }))),
  /** Steps at which gallery samples exist, ascending. */
  gallery: procedure.input(id).output(z.array(z.number().int())),
  /** The same with the training time and the NLL of each, by which galleries of several runs are laid beside each other. */
  galleryFrames: procedure.input(id).output(z.array(galleryFrameSchema)),
  gallerySamples: procedure.input(id.extend({ step: z.number().int() })).output(sampleSetSchema),
}
