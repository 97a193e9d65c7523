import { withEventMeta } from '@orpc/server'
import type { MetricPoint } from '../contract/records/training'
import type { StudioContext } from './context'
import { changes } from './eventHub'

export interface MetricsMessage {
  /** Index of the first point in the run's log. */
  from: number
  reset: boolean
  points: MetricPoint[]
}

const BATCH = 5_000

/**
 * Points from index `from` on, then live ones. Each message's id is '<generation>:<next index>', so a client that lost its connection
 * goes on after the last message it has seen, and learns by `reset` when a resume has cut what it holds.
 */
export async function* watchMetrics(
  { runs, hub }: StudioContext,
  input: { id: string; from: number },
  signal: AbortSignal | undefined,
  lastEventId: string | undefined,
): AsyncGenerator<MetricsMessage, void> {
  const log = await runs.metrics(input.id)
  const seen = /^(\d+):(\d+)$/.exec(lastEventId ?? '')
  let generation = seen ? Number(seen[1]) : log.generation
  let next = seen ? Number(seen[2]) : input.from
  let first = true
  for await (const _ of changes({ hub, topics: ['metrics', 'runs'], signal, key: input.id })) {
    if (!runs.has(input.id)) return
    do {
      const reset = log.generation !== generation || next > log.count
      if (reset) {
        generation = log.generation
        next = 0
      }
      const from = next
      const read = await log.read(from, BATCH)
      next = read.next
      if (reset || read.points.length > 0 || first)
        yield withEventMeta({ from, reset, points: read.points }, { id: `${generation}:${next}` })
      first = false
    } while (next < log.count && !signal?.aborted)
  }
}
