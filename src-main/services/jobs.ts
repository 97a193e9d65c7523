import { randomUUID } from 'node:crypto'
import { UserError } from '../data/userError'
import type { Job } from '../contract/records/job'
import { messageOf, notFound } from './errors'
import type { EventHub } from './eventHub'
import { changes } from './eventHub'

type JobStart = Pick<Job, 'kind' | 'title'> & Partial<Omit<Job, 'createdAt' | 'finishedAt' | 'error'>> & { cancel?: () => void }
type JobProgress = Partial<Pick<Job, 'status' | 'done' | 'total' | 'unit' | 'etaSeconds' | 'detail' | 'title' | 'datasetId'>>

export interface JobHandle {
  readonly id: string
  readonly job: Job
  /** Aborted by `cancel`. */
  readonly signal: AbortSignal
  update(progress: JobProgress): void
  finish(status: 'done' | 'failed' | 'cancelled', error?: string | null): void
}

export interface JobList {
  list(): Job[]
  start(start: JobStart): JobHandle
  cancel(id: string): void
  /** Runs `work` as a job; its outcome becomes the job's, and the error is thrown on. */
  run<T>(start: JobStart, work: (job: JobHandle) => Promise<T>): Promise<T>
}

const FINISHED_KEPT = 100

/** Every long action of this studio: running and waiting ones, and the last hundred that ended. Newest first. `note` hears each begin and end. */
export function createJobList(hub: EventHub, note: (job: Readonly<Job>) => void = () => {}): JobList {
  const entries = new Map<string, { job: Job; controller: AbortController; cancel: (() => void) | undefined }>()

  function start({ cancel, ...fields }: JobStart): JobHandle {
    const controller = new AbortController()
    const job: Job = {
      id: randomUUID(),
      status: 'running',
      done: 0,
      total: null,
      unit: '',
      etaSeconds: null,
      detail: '',
      error: null,
      createdAt: new Date().toISOString(),
      finishedAt: null,
      runId: null,
      datasetId: null,
      ...fields,
    }
    const began = performance.now()
    entries.delete(job.id)
    entries.set(job.id, { job, controller, cancel })
    note(job)
    hub.emit('jobs', job.id)
    return {
      id: job.id,
      job,
      signal: controller.signal,
      update(progress) {
        Object.assign(job, progress)
        if (progress.etaSeconds === undefined && progress.done !== undefined) job.etaSeconds = remaining(job, began)
        hub.emit('jobs', job.id)
      },
      finish(status, error = null) {
        Object.assign(job, { status, error, etaSeconds: null, finishedAt: new Date().toISOString() })
        note(job)
        forgetOldest()
        hub.emit('jobs', job.id)
      },
    }
  }

  function forgetOldest(): void {
    const finished = [...entries.values()].filter(({ job }) => job.finishedAt !== null)
    for (const { job } of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT))) entries.delete(job.id)
  }

  return {
    list: () => [...entries.values()].map(({ job }) => ({ ...job })).reverse(),
    start,
    cancel(id) {
      const entry = entries.get(id)
      if (!entry) throw notFound('job', id, entries.keys())
      if (entry.job.finishedAt !== null) throw new UserError(`'${entry.job.title}' has already ended.`)
      if (entry.cancel) entry.cancel()
      else entry.controller.abort()
    },
    async run(fields, work) {
      const handle = start(fields)
      try {
        const result = await work(handle)
        handle.finish('done')
        return result
      } catch (error) {
        handle.finish(handle.signal.aborted ? 'cancelled' : 'failed', handle.signal.aborted ? null : messageOf(error))
        throw error
      }
    },
  }
}

export async function* watchJobs(jobs: JobList, hub: EventHub, signal: AbortSignal | undefined): AsyncGenerator<Job[], void> {
  for await (const _ of changes({ hub, topics: ['jobs'], signal })) yield jobs.list()
}

/** Seconds; null as long as what was done says little of the rest: the first of many examples has waited for the files. */
function remaining(job: Job, began: number): number | null {
  const seconds = (performance.now() - began) / 1000
  if (job.total === null || job.done < job.total / 100 || job.done <= 0 || seconds < 2) return null
  return Math.max(0, (seconds * (job.total - job.done)) / job.done)
}
