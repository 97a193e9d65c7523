import { z } from 'zod'
import { checkpointListingSchema, checkpointRecordSchema, runRecordSchema } from '../records/run'
import { procedure, trashed } from './shared'

export const checkpoints = {
  list: procedure.input(z.object({ runId: z.string() })).output(z.array(checkpointListingSchema)),
  update: procedure.input(z.object({ runId: z.string(), step: z.number().int(), note: z.string().max(20000).optional(), pinned: z.boolean().optional() })).output(checkpointRecordSchema),
  /** Moves it to the trash; `trashId` is what `storage.recover` takes. Refused while something reads it. */
  remove: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(trashed),
  /** Moves to the trash what the run's retention rule gives up. */
  applyRetention: procedure.input(z.object({ runId: z.string() })).output(z.object({ steps: z.array(z.number().int()), trashIds: z.array(z.string()), bytes: z.number() })),
  /** Makes this checkpoint the last one: later checkpoints, metrics and gallery images move to the run's 'discarded' folder, and resume continues from here. */
  restore: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(runRecordSchema),
}
