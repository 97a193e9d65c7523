import { UserError } from '../../data/userError'
import type { Job } from '../../contract/records/job'
import type { Session } from './command'
import { duration } from './output'

/** Follows a job to its end, with progress; Ctrl-C cancels it. Throws what it failed with. */
export async function followJob({ client, output, signal, onInterrupt }: Session, started: Job): Promise<Job> {
  let cancelled = false
  onInterrupt(() => {
    cancelled = true
    output.say('Cancelling …')
    void client.jobs.cancel({ id: started.id }).catch(() => {})
  })
  for await (const jobs of await client.jobs.watch(undefined, { signal })) {
    const job = jobs.find(({ id }) => id === started.id)
    if (!job) break
    const { status, done, total, unit, detail, etaSeconds, error } = job
    if (status === 'done') return job
    if (status === 'cancelled') throw new UserError(`${started.title}: cancelled, nothing was kept.`)
    if (status === 'failed') throw new UserError(error ?? `${started.title} failed.`)
    if (status === 'queued' || (done === 0 && total === null)) continue
    const count = total === null ? `${done} ${unit}` : `${done} of ${total} ${unit}`
    output.progress(
      total ? Math.min(1, done / total) : null,
      [count, detail, etaSeconds === null ? '' : `${duration(etaSeconds)} left`].filter(Boolean).join(' · '),
    )
  }
  throw new UserError(cancelled ? `${started.title}: cancelled.` : `${started.title}: the studio that did it has closed.`)
}
