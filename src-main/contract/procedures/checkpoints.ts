import { z } from 'zod'
import { checkpointListingSchema, checkpointRecordSchema, runRecordSchema } from '../records/run'
import { ok, procedure } from './shared'

export const checkpoints = {
  list: procedure.input(z.object({ runId: z.string() })).output(z.array(checkpointListingSchema)),
  update: procedure.input(z.object({ runId: z.string(), step: z.number().int(), note: z.string().max(20000).optional(), pinned: z.boolean().optional() })).output(checkpointRecordSchema),
  remove: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(ok),
  /** Makes this checkpoint the last one: later checkpoints, metrics and gallery images move to the run's 'discarded' folder, and resume continues from here. */
  restore: procedure.input(z.object({ runId: z.string(), step: z.number().int() })).output(runRecordSchema),
}
