import { z } from 'zod'

/** What trains, what waits, in which order, and when each of it is expected to start. */
export const queueStateSchema = z.object({
  /** Nothing that waits is started. */
  paused: z.boolean(),
  active: z.string().nullable(),
  waiting: z.array(z.object({ runId: z.string(), /** Seconds from now; null where nothing like it has been trained here yet. */ startsInSeconds: z.number().nonnegative().nullable() })),
})
export type QueueState = z.infer<typeof queueStateSchema>
