import { z } from 'zod'
import { storageUseSchema, trashEntrySchema } from '../records/storage'
import { procedure } from './shared'

/** What lies on the disk, and what was deleted and can be taken back. */
export const storage = {
  use: procedure.output(storageUseSchema),
  /** The latest deleted first; of one run's checkpoints when `runId` is given. */
  trash: procedure.input(z.object({ runId: z.string().optional() })).output(z.array(trashEntrySchema)),
  /** Takes back a run, a checkpoint, a data set or a saved model. */
  recover: procedure.input(z.object({ id: z.string() })).output(trashEntrySchema),
  /** Deletes entries for good, all of them without `ids`; answers the bytes that were freed. */
  empty: procedure.input(z.object({ ids: z.array(z.string()).optional() })).output(z.object({ entries: z.number().int(), bytes: z.number() })),
}
