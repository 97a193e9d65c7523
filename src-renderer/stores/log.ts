import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { LogEntry, LogLevel } from '../../src-main/contract'
import { client, follow } from '../api/connection'

const KEPT = 6_000

/** What the studio and its engines have written, as far back as it is kept. Followed from the first look on, so that the next one finds it there. */
export const useLogStore = defineStore('log', () => {
  const list = shallowRef<readonly LogEntry[]>([])
  const loaded = shallowRef(false)
  const entries = computed(() => list.value)

  let watched = false
  function watch(): void {
    if (watched) return
    watched = true
    // Numbers begin anew with the studio, so a new stream begins with all that there is.
    let fresh = true
    void follow(
      (abort) => {
        fresh = true
        return client.log.watch({}, { signal: abort })
      },
      (written) => {
        list.value = [...(fresh ? [] : list.value), ...written].slice(-KEPT)
        fresh = false
        loaded.value = true
      },
      new AbortController().signal,
    ).finally(() => (watched = false))
  }

  const report = (): Promise<string> => client.log.report()
  const file = (): Promise<File> => client.log.file()
  const note = (level: LogLevel, said: string): Promise<unknown> => client.log.note({ level, text: said.slice(0, 8000) })

  return { entries, loaded, watch, report, file, note }
})
