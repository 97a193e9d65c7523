import { oc } from '@orpc/contract'
import { z } from 'zod'

/** Errors that users see: `message` says what happened, to which file or run, and what to do next. */
export const procedure = oc.errors({
  USER_ERROR: { message: 'The request cannot be carried out', data: z.object({ field: z.string().optional(), mend: z.string().optional() }).optional() },
  NOT_FOUND: { message: 'Not found' },
})

export const id = z.object({ id: z.string() })
export const ok = z.object({ ok: z.literal(true) })
/** It can be taken back with `storage.recover`. */
export const trashed = ok.extend({ trashId: z.string() })
export const weights = z.enum(['raw', 'ema'])
/** 'best', 'last' or a step. */
export const checkpointSelectorSchema = z.union([z.enum(['best', 'last']), z.number().int().nonnegative()])
export type CheckpointSelector = z.infer<typeof checkpointSelectorSchema>
/** Which weights of which checkpoint of a run answer. */
export const answering = z.object({
  runId: z.string(),
  checkpoint: checkpointSelectorSchema.default('best'),
  weights: weights.optional(),
})
/** A file made for download: its bytes travel as a File. */
export const download = z.instanceof(File)
