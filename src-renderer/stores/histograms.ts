import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { HistogramRecord } from '../../src-main/contract'
import { client, follow } from '../api/connection'

/** Histograms of the weights and gradients of one run, that which is looked at. */
export const useHistogramsStore = defineStore('histograms', () => {
  const records = shallowRef<readonly HistogramRecord[]>([])
  let abort: AbortController | null = null

  function watch(runId: string): void {
    release()
    records.value = []
    abort = new AbortController()
    const { signal } = abort
    follow(
      (ended) => client.runs.watchHistograms({ id: runId }, { signal: ended }),
      (message) => (records.value = message.reset ? message.records : [...records.value, ...message.records]),
      signal,
    ).catch((error: unknown) => console.warn(`histograms of ${runId}:`, error))
  }

  function release(): void {
    abort?.abort()
    abort = null
  }

  return { records, watch, release }
})
