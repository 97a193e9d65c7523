import { rm } from 'node:fs/promises'
import type { Domain, SplitName } from '../contract/domain'
import { dimensionsOf } from '../contract/domain'
import type { DatasetRecord } from '../contract/records/dataset'
import type { Job } from '../contract/records/job'
import { openSplit } from '../data/openStore'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'
import { messageOf } from './errors'
import { changes } from './eventHub'
import type { JobHandle } from './jobs'
import { isBusy } from './runs'
import { datasetTrashId } from './trash'
import { uploadsOf } from './uploads'
import { levelArray, levelsFrom } from '../contract/levels'
import type { LevelArray } from '../contract/levels'

export interface ExamplePage {
  domain: Domain
  total: number
  levels: LevelArray
  lengths: number[]
  labels: number[] | null
}

/** Bytes of one page; audio clips are long. */
const LARGEST_PAGE = 32 * 1024 ** 2

export async function datasetExamples(
  { datasets }: StudioContext,
  input: { id: string; split: SplitName; offset: number; count: number; indices?: number[] | undefined },
): Promise<ExamplePage> {
  const { id, domain } = datasets.get(input.id)
  const reader = await openSplit(datasets.folderOf(id), input.split)
  try {
    const indices: number[] = []
    let bytes = 0
    const missing = input.indices?.find((index) => index >= reader.count)
    if (missing !== undefined)
      throw new UserError(`There is no example ${missing}: the ${input.split} split has ${reader.count}, numbered from 0.`, { field: 'indices' })
    const page = Array.from({ length: Math.max(0, Math.min(reader.count - input.offset, input.count)) }, (_value, index) => input.offset + index)
    for (const index of input.indices ?? page) {
      bytes += reader.lengthOf(index) * levelArray(domain.levels).BYTES_PER_ELEMENT
      if (bytes > LARGEST_PAGE && indices.length > 0) break
      indices.push(index)
    }
    const lengths = indices.map((index) => reader.lengthOf(index))
    let levels: Float32Array
    if (domain.variableLength) {
      levels = new Float32Array(lengths.reduce((total, length) => total + length, 0))
      let at = 0
      for (const index of indices) {
        levels.set(await reader.readWindow(index, 0, reader.lengthOf(index)), at)
        at += reader.lengthOf(index)
      }
    } else levels = indices.length === 0 ? new Float32Array(0) : await reader.read(indices, 0)
    const labels = await reader.labelsOf(indices)
    return {
      domain,
      total: reader.count,
      levels: levelsFrom(levels, domain),
      lengths: domain.variableLength ? lengths : lengths.map(() => dimensionsOf(domain)),
      labels: labels && [...labels],
    }
  } finally {
    await reader.close()
  }
}

export async function renameDataset({ datasets, runs }: StudioContext, id: string, name: string): Promise<DatasetRecord> {
  const record = { ...datasets.get(id), name }
  await datasets.save(record)
  for (const run of runs.list()) {
    if (run.dataset.id === record.id) await runs.save(run.id, { dataset: { ...run.dataset, name } })
  }
  return record
}

/** Refused while a run trains on it or waits to; finished runs keep their numbers but cannot be scored on it any more. */
export async function removeDataset(context: StudioContext, id: string): Promise<{ ok: true; trashId: string }> {
  const { datasets, runs } = context
  const record = datasets.get(id)
  const user = runs.list().find((run) => run.dataset.id === record.id && isBusy(context, run))
  if (user) throw new UserError(`${record.name} is in use: ${user.name} is ${user.status}.`, { mend: 'Stop that run first.' })
  return { ok: true, trashId: datasetTrashId(await datasets.remove(record.id)) }
}

export async function* watchDatasets({ datasets, hub }: StudioContext, signal: AbortSignal | undefined): AsyncGenerator<DatasetRecord[], void> {
  for await (const _ of changes({ hub, topics: ['datasets'], signal })) yield datasets.list()
}

export interface DatasetWork {
  (target: { id: string; name: string; datasetFolder: string; job: JobHandle }): Promise<DatasetRecord>
}

/** Makes a data set as a job. The name is taken at once, so that two imports cannot make the same data set. */
export function startDatasetJob(
  context: StudioContext,
  { title, name, sources }: { title: string; name: string; sources: readonly string[] },
  work: DatasetWork,
): Job {
  const { datasets, jobs, workspace } = context
  const { id, release } = datasets.reserve(name)
  const job = jobs.start({ kind: 'import', title, datasetId: id, unit: 'examples' })
  const finish = async (): Promise<void> => {
    try {
      datasets.added(await work({ id, name, datasetFolder: workspace.datasetFolder(id), job }))
      job.finish('done')
    } catch (error) {
      job.finish(job.signal.aborted ? 'cancelled' : 'failed', job.signal.aborted ? null : messageOf(error))
    } finally {
      // What a browser uploaded is in the store now, or has to be dropped again.
      for (const folder of uploadsOf(workspace, sources)) await rm(folder, { recursive: true, force: true }).catch(() => {})
      release()
    }
  }
  void finish()
  return { ...job.job }
}
