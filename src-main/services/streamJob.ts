import type { Job } from '../contract/records/job'
import type { StudioContext } from './context'
import { messageOf } from './errors'

type Fields = Pick<Job, 'kind' | 'title' | 'unit'> & Partial<Pick<Job, 'runId' | 'datasetId'>>

/** A stream of progress shown as a job. Cancelling the job ends the stream, and so does the client that goes away. */
export async function* streamJob<T extends { done: number; total: number }>(
  { jobs }: StudioContext,
  fields: Fields,
  clientSignal: AbortSignal | undefined,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const job = jobs.start({ ...fields, status: 'queued' })
  const signal = clientSignal ? AbortSignal.any([clientSignal, job.signal]) : job.signal
  let ended = false
  try {
    for await (const item of open(signal)) {
      job.update({ status: 'running', done: item.done, total: item.total })
      yield item
    }
    ended = true
    job.finish('done')
  } catch (error) {
    ended = true
    job.finish(signal.aborted ? 'cancelled' : 'failed', signal.aborted ? null : messageOf(error))
    throw error
  } finally {
    if (!ended) job.finish('cancelled')
  }
}
