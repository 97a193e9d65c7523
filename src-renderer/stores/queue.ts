import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { QueueState } from '../../src-main/contract'
import { client, follow } from '../api/connection'

/** What waits to be trained, in its order. */
export const useQueueStore = defineStore('queue', () => {
  const state = shallowRef<QueueState>({ paused: false, active: null, waiting: [] })
  const next = computed(() => state.value.waiting[0] ?? null)

  function start(signal: AbortSignal): void {
    void follow(
      (abort) => client.queue.watch(undefined, { signal: abort }),
      (event) => (state.value = event),
      signal,
    )
  }

  /** `seen`: the order that the place was chosen in. */
  async function move(runId: string, to: number, seen?: readonly string[]): Promise<void> {
    state.value = await client.queue.move({ runId, to, ...(seen ? { seen: [...seen] } : {}) })
  }

  async function setPaused(paused: boolean): Promise<void> {
    state.value = await client.queue.setPaused({ paused })
  }

  return { state, next, start, move, setPaused }
})
