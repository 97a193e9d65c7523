import { basename } from 'node:path'
import type { ImportPlan, ImportSettings } from '../contract/records/dataset'
import type { Job } from '../contract/records/job'
import { generateData } from '../data/generateData'
import { importData } from '../data/importData'
import { planImport } from '../data/plan'
import type { StudioContext } from './context'
import { startDatasetJob } from './datasets'
import { uploadsOf } from './uploads'

export async function planDataset(
  { workspace }: StudioContext,
  { paths, options }: { paths: string[]; options: ImportSettings },
  signal: AbortSignal | undefined,
): Promise<ImportPlan> {
  const plan = await planImport(paths, options, signal)
  // Files that were dropped into a browser lie in a folder whose name is an upload's id, which is no name for a data set.
  const staged = uploadsOf(workspace, paths).some((folder) => basename(folder) === plan.suggestedName)
  return staged ? { ...plan, suggestedName: plan.kind === 'image' ? 'Images' : plan.kind === 'audio' ? 'Recordings' : 'Table' } : plan
}

export function importDataset(
  context: StudioContext,
  { paths, name, options }: { paths: string[]; name: string; options: ImportSettings },
): Job {
  const what = paths.length === 1 ? basename(paths[0] ?? '') : `${paths.length} files`
  return startDatasetJob(context, { title: `Importing ${what} as ${name}`, name, sources: paths }, ({ id, datasetFolder, job }) =>
    importData({ paths, options, name, datasetId: id, datasetFolder, signal: job.signal, onProgress: (progress) => job.update(progress) }),
  )
}

export interface GenerateInput {
  kind: 'glyphs' | 'textures' | 'tones'
  name: string
  count: number
  seed: number
  binarize?: 'none' | 'threshold' | 'stochastic' | 'dynamic' | undefined
}

export function generateDataset(context: StudioContext, { kind, name, count, seed, binarize }: GenerateInput): Job {
  return startDatasetJob(context, { title: `Making ${count} ${kind} as ${name}`, name, sources: [] }, ({ id, datasetFolder, job }) =>
    generateData({
      kind,
      count,
      seed,
      ...(binarize ? { binarize } : {}),
      name,
      datasetId: id,
      datasetFolder,
      signal: job.signal,
      onProgress: (progress) => job.update(progress),
    }),
  )
}
