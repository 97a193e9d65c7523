import { onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import { fill, text } from '../strings'
import { useDatasetsStore } from '../stores/datasets'
import { useImportingStore } from '../stores/importing'
import { useJobsStore } from '../stores/jobs'
import { useModelsStore } from '../stores/models'
import { useRunsStore } from '../stores/runs'
import { useSystemStore } from '../stores/system'
import { useProblems } from './useProblems'

/** Starts every stream of the window and keeps the stores in step with what the jobs bring. Called once. */
export function useStudio(): void {
  const abort = new AbortController()
  onScopeDispose(() => abort.abort())
  const router = useRouter()
  const datasets = useDatasetsStore()
  const importing = useImportingStore()
  const jobs = useJobsStore()
  const { report, announce } = useProblems()

  useSystemStore().start(abort.signal)
  jobs.start(abort.signal)
  useRunsStore().start(abort.signal)
  void datasets.refresh().catch(() => undefined)
  void useModelsStore()
    .loadFamilies()
    .catch(() => undefined)

  onScopeDispose(
    jobs.onFinished((job) => {
      if (job.kind === 'import') {
        void datasets.refresh()
        const mine = importing.jobId === job.id
        if (mine) importing.finish()
        if (job.status === 'done') {
          const id = job.datasetId
          announce(fill(text.importing.done, { name: (id === null ? null : datasets.byId(id)?.name) ?? job.title }), {
            action:
              id === null ? undefined : { label: text.importing.open, run: () => void router.push({ name: 'dataset', params: { id } }) },
          })
          if (mine && id !== null) void router.push({ name: 'dataset', params: { id } })
        }
      }
      if (job.status === 'failed' && job.kind !== 'sample' && job.kind !== 'score')
        report(new Error(job.error ?? text.errors.fallback), job.title)
    }),
  )
}
