import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ImportOptions, ImportPlan } from '../../src-main/contract'
import { client, localPath } from '../api/connection'
import { uploadFiles } from '../api/uploads'
import type { UploadFile, UploadProgress } from '../api/uploads'
import { useDatasetsStore } from './datasets'
import { useJobsStore } from './jobs'

export type ImportStage = 'closed' | 'reading' | 'uploading' | 'planning' | 'ready' | 'importing' | 'failed'

/** One import from drop to data set: upload where needed, plan, options, job. */
export const useImportingStore = defineStore('importing', () => {
  const datasets = useDatasetsStore()
  const jobs = useJobsStore()

  const stage = shallowRef<ImportStage>('closed')
  const visible = shallowRef(false)
  const paths = shallowRef<readonly string[]>([])
  const upload = shallowRef<UploadProgress | null>(null)
  const plan = shallowRef<ImportPlan | null>(null)
  const planning = shallowRef(false)
  /** What the user chose; everything else is left to the studio. */
  const chosen = shallowRef<Partial<ImportOptions>>({})
  const name = shallowRef('')
  const error = shallowRef<unknown>(null)
  const jobId = shallowRef<string | null>(null)
  const job = computed(() => (jobId.value === null ? null : jobs.byId(jobId.value)))

  let uploadId: string | null = null
  let abort = new AbortController()
  let nameTouched = false
  /** The studio sees an upload as a folder with an id; people know it by the files they dropped. */
  let droppedName: string | null = null

  function reset(): void {
    abort.abort()
    abort = new AbortController()
    if (uploadId !== null) void client.uploads.discard({ id: uploadId }).catch(() => undefined)
    uploadId = null
    nameTouched = false
    droppedName = null
    paths.value = []
    upload.value = null
    plan.value = null
    chosen.value = {}
    name.value = ''
    error.value = null
    jobId.value = null
    planning.value = false
  }

  function close(): void {
    visible.value = false
    if (stage.value === 'importing') return
    stage.value = 'closed'
    reset()
  }

  /** Opens the sheet while a dropped folder is still being listed. */
  function begin(): void {
    reset()
    stage.value = 'reading'
    visible.value = true
  }

  /** Files as chosen or dropped: paths where the studio sees the same disk, uploaded otherwise. */
  async function takeFiles(files: readonly UploadFile[]): Promise<void> {
    if (stage.value !== 'reading') begin()
    if (files.length === 0) return fail(new Error('empty'))
    const local = files.map(({ file }) => localPath(file))
    if (local.every((path) => path !== null)) return takePaths(topFolders(files, local))
    stage.value = 'uploading'
    const { signal } = abort
    try {
      const finished = await uploadFiles(files, (progress) => (upload.value = progress), signal)
      if (signal.aborted) return
      uploadId = finished.id
      droppedName = nameOfFiles(files.map(({ path }) => path))
      await takePaths(finished.paths)
    } catch (problem) {
      if (!signal.aborted) fail(problem)
    }
  }

  async function takePaths(next: readonly string[]): Promise<void> {
    if (stage.value === 'closed') begin()
    visible.value = true
    paths.value = next
    stage.value = 'planning'
    await replan()
  }

  let request: AbortController | null = null
  async function replan(): Promise<void> {
    request?.abort()
    const mine = (request = new AbortController())
    const { signal } = abort
    planning.value = true
    try {
      const next = await datasets.plan([...paths.value], chosen.value, mine.signal)
      if (mine.signal.aborted || signal.aborted) return
      plan.value = next
      if (!nameTouched)
        name.value = uploadId !== null && next.suggestedName === uploadId ? (droppedName ?? next.suggestedName) : next.suggestedName
      error.value = null
      stage.value = 'ready'
    } catch (problem) {
      if (mine.signal.aborted || signal.aborted) return
      error.value = problem
      // With a plan to go back to, a bad option is shown beside it; without one, the whole import has failed.
      stage.value = plan.value ? 'ready' : 'failed'
    } finally {
      if (request === mine) planning.value = false
    }
  }

  function choose(change: Partial<ImportOptions>): void {
    const next = { ...chosen.value, ...change }
    for (const key of Object.keys(next) as (keyof ImportOptions)[]) if (next[key] === undefined) delete next[key]
    chosen.value = next
  }

  function rename(next: string): void {
    nameTouched = true
    name.value = next
  }

  async function confirm(): Promise<void> {
    const started = await datasets.startImport([...paths.value], name.value.trim(), chosen.value)
    jobId.value = started.id
    // The job reads from the upload's folder, so that stays until the studio clears it.
    uploadId = null
    stage.value = 'importing'
  }

  function fail(problem: unknown): void {
    error.value = problem
    stage.value = 'failed'
  }

  /** The job has ended; leaves the sheet ready for the next drop. */
  function finish(): void {
    stage.value = 'closed'
    visible.value = false
    reset()
  }

  return {
    stage,
    visible,
    paths,
    upload,
    plan,
    planning,
    chosen,
    name,
    error,
    jobId,
    job,
    begin,
    takeFiles,
    takePaths,
    replan,
    choose,
    rename,
    confirm,
    close,
    finish,
    fail,
  }
})

/** Files of a folder that was chosen as a whole are handed over as that folder. */
function topFolders(files: readonly UploadFile[], local: readonly (string | null)[]): string[] {
  const tops = files.map(({ path }, index) => {
    const absolute = local[index] ?? ''
    const depth = path.split('/').length - 1
    if (depth === 0) return absolute
    const separator = absolute.includes('\\') ? '\\' : '/'
    return absolute.split(separator).slice(0, -depth).join(separator)
  })
  return [...new Set(tops)]
}

/** What dropped files have in common: their folder, the beginning of their names, or the first one's name. */
export function nameOfFiles(paths: readonly string[]): string {
  const tops = [...new Set(paths.map((path) => path.split('/')[0] ?? path))]
  const first = (tops[0] ?? '').replace(/(\.\w{1,5}){1,2}$/, '')
  if (tops.length < 2) return first
  let shared = 0
  while (shared < first.length && tops.every((top) => top[shared] === first[shared])) shared++
  const prefix = first.slice(0, shared).replace(/[-_. \d]+$/, '')
  return prefix.length >= 3 ? prefix : first
}
