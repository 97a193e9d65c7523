import type { HistogramRecord } from '../contract/records/histogram'
import type { StudioContext } from './context'
import { changes } from './eventHub'

/** Histograms of a run's weights and gradients: all that are kept at once, then new ones; all of them again when some went away. */
export async function* watchHistograms(
  { runs, hub }: StudioContext,
  runId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ reset: boolean; records: HistogramRecord[] }, void> {
  const log = await runs.histograms(runId)
  let generation = log.generation
  let sent = 0
  let first = true
  for await (const _ of changes({ hub, topics: ['metrics', 'runs'], signal, key: runId })) {
    if (!runs.has(runId)) return
    const { records } = log
    const reset = first || log.generation !== generation || sent > records.length
    if (reset) [generation, sent] = [log.generation, 0]
    if (reset || records.length > sent) yield { reset, records: records.slice(sent) }
    sent = records.length
    first = false
  }
}
