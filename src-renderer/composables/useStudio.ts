import { onScopeDispose, watch } from 'vue'
import { useRouter } from 'vue-router'
import type { Job } from '../../src-main/contract'
import { fill, plural, text } from '../strings'
import { useCheckpointsStore } from '../stores/checkpoints'
import { useConnectionStore } from '../stores/connection'
import { useDatasetsStore } from '../stores/datasets'
import { useImportingStore } from '../stores/importing'
import { useJobsStore } from '../stores/jobs'
import { useModelsStore } from '../stores/models'
import { useNoteDraftsStore } from '../stores/noteDrafts'
import { useQueueStore } from '../stores/queue'
import { useRunsStore } from '../stores/runs'
import { useSavedModelsStore } from '../stores/savedModels'
import { useSettingsStore } from '../stores/settings'
import { useSystemStore } from '../stores/system'
import { useEndNotices } from './useEndNotices'
import { useProblems } from './useProblems'
import { useReconnected } from './useReconnected'

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
  useSettingsStore().start(abort.signal)
  jobs.start(abort.signal)
  useRunsStore().start(abort.signal)
  useSavedModelsStore().start(abort.signal)
  useQueueStore().start(abort.signal)
  useEndNotices()
  datasets.start(abort.signal)
  const models = useModelsStore()
  const checkpoints = useCheckpointsStore()
  void models.loadFamilies().catch(() => undefined)
  // What was typed while there was no studio, or before the window was opened anew.
  const notes = useNoteDraftsStore()
  const runs = useRunsStore()
  const connection = useConnectionStore()
  watch(
    () => connection.online && runs.loaded,
    (ready) => ready && void notes.writeAll(),
  )
  useReconnected(() => {
    void models.loadFamilies().catch(() => undefined)
    void checkpoints.refreshKnown()
  })

  onScopeDispose(
    jobs.onFinished((job) => {
      if (job.kind === 'import') void imported(job)
      if (job.status === 'failed' && job.kind !== 'sample' && job.kind !== 'score')
        report(new Error(job.error ?? text.errors.fallback), job.title)
    }),
  )

  async function imported(job: Job): Promise<void> {
    const mine = importing.jobId === job.id
    if (mine) importing.finish()
    await datasets.refresh().catch(() => undefined)
    const id = job.datasetId
    const dataset = datasets.byId(id)
    if (job.status !== 'done' || !dataset) return
    const { length } = dataset.rejected
    announce(fill(text.importing.done, { name: dataset.name }), {
      description: length > 0 ? plural(text.data.rejected, length) : undefined,
      action: { label: text.importing.open, run: () => void router.push({ name: 'dataset', params: { id: dataset.id } }) },
    })
    if (mine) await router.push({ name: 'dataset', params: { id: dataset.id } })
  }
}
