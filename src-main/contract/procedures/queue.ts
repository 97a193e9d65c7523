import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { queueStateSchema } from '../records/queue'
import { procedure } from './shared'

export const queue = {
  get: procedure.output(queueStateSchema),
  /** The present state at once, then every change. */
  watch: procedure.output(eventIterator(queueStateSchema)),
  /** Gives a waiting run another place; 0 is the next to start. Leaving the queue is runs.stop, coming back runs.resume. */
  move: procedure
    .input(
      z.object({
        runId: z.string(),
        to: z.number().int().nonnegative(),
        /** The order in which the place was chosen; refused when what waits, or its order, has changed since. */
        seen: z.array(z.string()).max(100_000).optional(),
      }),
    )
    .output(queueStateSchema),
  /** Starts nothing that waits until it is let go on; what trains goes on. Survives restarts. */
  setPaused: procedure.input(z.object({ paused: z.boolean() })).output(queueStateSchema),
}
