import type { StudioContext } from './context'

/** Steps by run that were handed to something which reads them, and when. */
const handedOut = new WeakMap<StudioContext['jobs'], Map<string, Map<number, number>>>()
/** A checkpoint that was handed out is read within this time, even where no job shows it. */
const READING_MILLISECONDS = 60_000

export function noteUse({ jobs }: Pick<StudioContext, 'jobs'>, runId: string, step: number): void {
  const runs = handedOut.get(jobs) ?? new Map<string, Map<number, number>>()
  handedOut.set(jobs, runs)
  runs.set(runId, (runs.get(runId) ?? new Map<number, number>()).set(step, Date.now()))
}

/**
 * Steps whose tensors something is reading or about to: while a job of the run (sampling, scoring, an export) has not ended, all that were
 * handed out since, for a job may wait for another one before it reads them.
 */
export function stepsInUse({ jobs }: Pick<StudioContext, 'jobs'>, runId: string): ReadonlySet<number> {
  const steps = handedOut.get(jobs)?.get(runId)
  if (!steps) return new Set()
  const busy = jobs.list().some((job) => job.runId === runId && job.kind !== 'train' && job.finishedAt === null)
  if (!busy) for (const [step, at] of steps) if (Date.now() - at > READING_MILLISECONDS) steps.delete(step)
  return new Set(steps.keys())
}
