import { basename } from 'node:path'
import type { z } from 'zod'
import type { generateRequestSchema, ImportPlan, ImportSettings } from '../contract/records/dataset'
import type { Job } from '../contract/records/job'
import { generateData } from '../data/generateData'
import { importData } from '../data/importData'
import { planImport } from '../data/plan'
import { UserError } from '../data/userError'
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
  return staged ? { ...plan, suggestedName: plan.kind === 'image' ? 'Images' : plan.kind === 'audio' ? 'Recordings' : plan.kind === 'video' ? 'Clips' : plan.kind === 'text' ? 'Text' : 'Table' } : plan
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

type GenerateInput = z.infer<typeof generateRequestSchema>

export function generateDataset(context: StudioContext, { kind, name, count, seed, binarize, frames, side, shapes, from }: GenerateInput): Job {
  const moving = kind === 'moving-glyphs' || kind === 'moving-digits'
  const unused = Object.entries({ frames, side, shapes }).find(([, value]) => value !== undefined && !moving)?.[0] ?? (from !== undefined && kind !== 'moving-digits' ? 'from' : null)
  if (unused) throw new UserError(`${kind} take no ${unused}.`, { field: unused, mend: unused === 'from' ? 'Make moving-digits of a data set.' : 'Leave it out, or make moving-glyphs or moving-digits.' })
  const pictures = from === undefined ? undefined : context.datasets.get(from)
  return startDatasetJob(context, { title: `Making ${count} ${kind} as ${name}`, name, sources: [] }, ({ id, datasetFolder, job }) =>
    generateData({
      kind,
      count,
      seed,
      ...(binarize ? { binarize } : {}),
      ...(frames === undefined ? {} : { frames }),
      ...(side === undefined ? {} : { side }),
      ...(shapes === undefined ? {} : { shapes }),
      ...(pictures ? { from: { record: pictures, folder: context.datasets.folderOf(pictures.id) } } : {}),
      name,
      datasetId: id,
      datasetFolder,
      signal: job.signal,
      onProgress: (progress) => job.update(progress),
    }),
  )
}
