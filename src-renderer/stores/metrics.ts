import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import { client, follow } from '../api/connection'
import { appendMetrics, emptyHistory } from '../charts/series'
import type { MetricHistory } from '../charts/series'

interface Watched {
  history: ShallowRef<MetricHistory>
  users: number
  abort: AbortController
  paint: number | null
}

/** At most this often does a growing curve cause new drawings. */
const PAINT_MILLISECONDS = 250

/** Whole metric histories of the runs in view; never thinned out, only their drawing is. */
export const useMetricsStore = defineStore('metrics', () => {
  const watched = shallowReactive(new Map<string, Watched>())

  /** Begins (or joins) the watch of a run's metrics. Every `watch` needs its `release`. */
  function watch(runId: string): ShallowRef<MetricHistory> {
    const known = watched.get(runId)
    if (known) {
      known.users++
      return known.history
    }
    const entry: Watched = { history: shallowRef(emptyHistory()), users: 1, abort: new AbortController(), paint: null }
    watched.set(runId, entry)
    let current = entry.history.value
    follow(
      (signal) => client.runs.watchMetrics({ id: runId, from: current.received }, { signal }),
      (message) => {
        current = appendMetrics(current, message)
        // The arrays grow in place; a new outer object tells the charts, at most a few times a second.
        entry.paint ??= window.setTimeout(() => {
          entry.paint = null
          entry.history.value = { ...current }
        }, PAINT_MILLISECONDS)
      },
      entry.abort.signal,
    ).catch((error: unknown) => console.warn(`metrics of ${runId}:`, error))
    return entry.history
  }

  function release(runId: string): void {
    const entry = watched.get(runId)
    if (!entry || --entry.users > 0) return
    entry.abort.abort()
    if (entry.paint !== null) clearTimeout(entry.paint)
    watched.delete(runId)
  }

  return { watch, release }
})
