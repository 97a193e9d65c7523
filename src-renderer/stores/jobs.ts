import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Job } from '../../src-main/contract'
import { client, follow } from '../api/connection'

type FinishedListener = (job: Job) => void

/** Every long action, newest last. The bottom bar shows the first that runs. */
export const useJobsStore = defineStore('jobs', () => {
  const jobs = shallowRef<readonly Job[]>([])
  const listeners = new Set<FinishedListener>()

  const running = computed(() => jobs.value.filter((job) => job.status === 'running'))
  const queued = computed(() => jobs.value.filter((job) => job.status === 'queued'))
  /** Training is what people wait for, so it goes first; then whatever began last. */
  const current = computed(() => running.value.find((job) => job.kind === 'train') ?? running.value.at(-1) ?? queued.value[0] ?? null)

  function start(signal: AbortSignal): void {
    void follow((abort) => client.jobs.watch(undefined, { signal: abort }), receive, signal)
  }

  function receive(next: readonly Job[]): void {
    const before = new Map(jobs.value.map((job) => [job.id, job.status]))
    jobs.value = next
    for (const job of next) {
      const known = before.get(job.id)
      if (known !== undefined && known !== job.status && !isLive(job)) for (const listener of listeners) listener(job)
    }
  }

  /** Called for every job that ends while the window is open. Returns the way to stop listening. */
  function onFinished(listener: FinishedListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function byId(id: string): Job | null {
    return jobs.value.find((job) => job.id === id) ?? null
  }

  async function cancel(id: string): Promise<void> {
    await client.jobs.cancel({ id })
  }

  return { jobs, running, queued, current, start, onFinished, byId, cancel }
})

export function isLive(job: Pick<Job, 'status'>): boolean {
  return job.status === 'running' || job.status === 'queued'
}
