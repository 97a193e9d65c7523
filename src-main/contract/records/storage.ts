import { z } from 'zod'

/** Something that was deleted: it can be taken back until the trash is emptied, by hand or 30 days later. */
export const trashEntrySchema = z.object({
  id: z.string(),
  /** 'discarded': what lay after a checkpoint that a run was taken back to; it can only be deleted for good. */
  kind: z.enum(['run', 'dataset', 'model', 'checkpoint', 'discarded']),
  /** Of the run, data set or saved model. */
  name: z.string(),
  /** The run that a checkpoint belongs to. */
  runId: z.string().nullable(),
  step: z.number().int().nullable(),
  deletedAt: z.iso.datetime(),
  bytes: z.number(),
  recoverable: z.boolean(),
})
export type TrashEntry = z.infer<typeof trashEntrySchema>

/** Bytes on the disk. */
export const storageUseSchema = z.object({
  home: z.string(),
  total: z.number(),
  /** On the disk that holds the workspace; null where the system does not tell. */
  free: z.number().nullable(),
  /** The largest first. `checkpoints` and `trash` are parts of `bytes`. */
  runs: z.array(z.object({ id: z.string(), name: z.string(), bytes: z.number(), checkpoints: z.number(), trash: z.number() })),
  datasets: z.array(z.object({ id: z.string(), name: z.string(), bytes: z.number() })),
  trash: z.number(),
  /** Saved models, uploads under way, the queue. */
  other: z.number(),
})
export type StorageUse = z.infer<typeof storageUseSchema>
