import { onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import type { Job } from '../../src-main/contract'
import { formatLikelihood, unitLabel } from '../charts/format'
import { nllUnit } from '../../src-main/contract'
import { useJobsStore } from '../stores/jobs'
import { useQueueStore } from '../stores/queue'
import { useRunsStore } from '../stores/runs'
import { fill, text } from '../strings'
import { useNotifications } from './useNotifications'

/** Says on the desktop that a training has ended or failed, how far it came, and what comes next. Called once. */
export function useEndNotices(): void {
  const jobs = useJobsStore()
  const runs = useRunsStore()
  const queue = useQueueStore()
  const router = useRouter()
  const { notify } = useNotifications()
  const words = text.train.notices

  onScopeDispose(jobs.onFinished((job) => void (job.kind === 'train' && job.runId !== null && ended(job, job.runId))))

  function ended({ status, error }: Job, runId: string): void {
    // Whoever pauses or stops a run knows it.
    if (status !== 'done' && status !== 'failed') return
    const run = runs.byId(runId)
    if (!run) return
    const { best } = run
    const reached = best ? fill(words.best, { nats: formatLikelihood(best.nats, 'nats'), unit: unitLabel('nats', nllUnit(run.dataset.domain)) }) : ''
    const following = runs.byId(queue.next?.runId ?? null)
    const next = following && !queue.state.paused ? fill(words.next, { name: following.name }) : ''
    const body = [status === 'failed' ? (error ?? '') : reached, next].filter((part) => part !== '').join('\n')
    notify(fill(status === 'failed' ? words.failed : words.done, { name: run.name }), {
      body,
      tag: runId,
      onClick: () => void router.push({ name: 'train', params: { id: runId } }),
    })
  }
}
