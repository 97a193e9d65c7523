import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AsyncZippable } from 'fflate'
import { strToU8, zip } from 'fflate'
import type { DatasetFingerprint, RunArchive } from '../../contract/records/archive'
import type { CheckpointListing, RunRecord } from '../../contract/records/run'
import { UserError } from '../../data/userError'
import { storageError } from '../../storage/atomicWrite'
import { noteUse } from '../checkpointUse'
import type { StudioContext } from '../context'
import { galleryFolder, galleryStep } from '../gallery'
import { hasEnded } from '../runs'
import { MANIFEST, RUN_FOLDER } from './archiveLayout'
import { archiveReadme } from './archiveReadme'

export interface RunArchiveInput {
  runId: string
  checkpoints: 'none' | 'best' | 'best-last' | 'all' | readonly number[]
  gallery: boolean
}

/** Larger ones would have to be held in memory whole. */
const LARGEST = 1.5 * 1024 ** 3

/** A run as one zip that another machine imports; see contract/records/archive. */
export async function runArchive(context: Pick<StudioContext, 'runs' | 'datasets' | 'jobs'>, { runId, checkpoints, gallery }: RunArchiveInput): Promise<Uint8Array> {
  const { runs } = context
  const run = runs.get(runId)
  const folder = runs.folderOf(run.id)
  const listings = await runs.checkpoints(run.id).list()
  const chosen = chosenSteps(run, listings, checkpoints)
  for (const step of chosen) noteUse(context, run.id, step)
  const bytes = listings.reduce((sum, { step, record }) => sum + (record && chosen.includes(step) ? record.bytes : 0), 0)
  if (bytes > LARGEST)
    throw new UserError(`The chosen checkpoints of ${run.name} are too large for one archive: ${(bytes / 1024 ** 3).toFixed(1)} GB.`, {
      field: 'checkpoints',
      mend: 'Choose fewer, or copy its folder.',
    })

  const files = new Map<string, Uint8Array>()
  const take = async (path: string): Promise<void> => {
    const content = await readIfThere(join(folder, path))
    if (content) files.set(path, content)
  }
  files.set('run.json', strToU8(`${JSON.stringify(atRest(run), null, 2)}\n`))
  for (const path of ['metrics.jsonl', 'histograms.jsonl']) {
    const content = await readIfThere(join(folder, path))
    // A run that trains is writing its last line.
    if (content) files.set(path, content.subarray(0, content.lastIndexOf(10) + 1))
  }
  for (const path of new Set(run.scores.map(({ perExample }) => perExample))) if (path !== undefined) await take(path)
  if (gallery) for (const name of await readdir(galleryFolder(folder)).catch(() => [])) if (galleryStep(name) !== null) await take(`gallery/${name}`)
  for (const step of chosen) {
    const record = listings.find((listing) => listing.step === step)?.record
    for (const name of ['checkpoint.json', ...(record?.files ?? []).map((file) => file.name)]) {
      const content = await readIfThere(join(folder, 'checkpoints', String(step), name))
      if (!content) throw new UserError(`The checkpoint of step ${step} of ${run.name} was deleted while it was exported.`, { mend: 'Export the run again.' })
      files.set(`checkpoints/${step}/${name}`, content)
    }
  }
  const manifest: RunArchive = {
    format: 'chainrule-run',
    version: 1,
    exportedAt: new Date().toISOString(),
    run: { id: run.id, name: run.name, family: run.model.family },
    dataset: fingerprintOf(context, run),
    checkpoints: chosen,
    files: [...files].map(([path, content]) => ({ path, bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') })),
  }
  const contents: AsyncZippable = { [MANIFEST]: strToU8(`${JSON.stringify(manifest, null, 2)}\n`), 'README.md': strToU8(archiveReadme(run, manifest)) }
  // Floating-point weights hardly shrink: stored, they unpack without a wait.
  for (const [path, content] of files) contents[`${RUN_FOLDER}${path}`] = [content, { level: path.endsWith('.safetensors') ? 0 : 6 }]
  return new Promise((resolve, reject) => zip(contents, {}, (error, data) => (error ? reject(error) : resolve(data))))
}

function chosenSteps(run: RunRecord, listings: readonly CheckpointListing[], which: RunArchiveInput['checkpoints']): number[] {
  const sound = listings.filter(({ record, problem }) => record && !problem)
  if (typeof which !== 'string') {
    const missing = which.find((step) => !sound.some((listing) => listing.step === step))
    if (missing !== undefined) {
      const known = sound.map(({ step }) => step).join(', ') || 'none'
      throw new UserError(`${run.name} has no usable checkpoint at step ${missing}. Steps with one: ${known}.`, { field: 'checkpoints' })
    }
    return [...new Set(which)].sort((a, b) => a - b)
  }
  const tags = { none: [], best: ['best'], 'best-last': ['best', 'last'], all: null }[which] as readonly string[] | null
  return sound.filter(({ record }) => tags === null || record?.tags.some((tag) => tags.includes(tag))).map(({ step }) => step)
}

/** A run that trains or waits here does neither on the other machine. */
function atRest(run: RunRecord): RunRecord {
  return hasEnded(run) ? run : { ...run, status: 'paused', progress: { ...run.progress, etaSeconds: null } }
}

/** null where the data set is not here any more. */
export function fingerprintOf({ datasets }: Pick<StudioContext, 'datasets'>, run: RunRecord): DatasetFingerprint | null {
  const dataset = datasets.list().find(({ id }) => id === run.dataset.id)
  return dataset ? { name: dataset.name, variant: dataset.variant, domain: dataset.domain, counts: dataset.counts, sha256: dataset.store.sha256 } : null
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw storageError('read', path, error)
  }
}
