import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { DatasetFingerprint, ImportedRun } from '../../contract/records/archive'
import { RUN_ARCHIVE_VERSION, runArchiveSchema } from '../../contract/records/archive'
import type { RunRecord } from '../../contract/records/run'
import { UserError } from '../../data/userError'
import { StorageError, writeJsonAtomically } from '../../storage/atomicWrite'
import { checkpointStore } from '../../storage/checkpointStore'
import { checkpointRecordType } from '../../storage/records/checkpointRecord'
import { runRecordType } from '../../storage/records/runRecord'
import type { StudioContext } from '../context'
import { hasEnded } from '../runs'
import { uploadsOf } from '../uploads'
import { refuseNewer, refuseTooLarge } from './archiveChecks'
import { MANIFEST, RUN_FOLDER, travels } from './archiveLayout'
import { importModelArchive } from './importModel'
import type { OpenArchive } from './openArchive'
import { openArchive } from './openArchive'
import type { Unpacked } from './unpacked'

/** Takes in the archive of a run or of a model. All of it is checked before the run has its name, so nothing half-imported ever shows. */
export async function importRun(context: StudioContext, { path, copy }: { path: string; copy: boolean }): Promise<ImportedRun> {
  if (!isAbsolute(path)) throw new UserError(`${path} is no absolute path.`, { field: 'path', mend: 'Give the whole path of the file.' })
  return context.jobs.run({ kind: 'import', title: 'Importing a run' }, async (job) => {
    const archive = await openArchive(path)
    try {
      const partial = join(context.workspace.runs, `.partial-${randomBytes(6).toString('hex')}`)
      job.update({ detail: archive.name })
      try {
        await mkdir(partial)
        const read = archive.has(MANIFEST) ? unpackRun : archive.has('model.json') ? importModelArchive : null
        if (!read)
          throw new UserError(`${archive.name} is neither the archive of a run nor that of a model.`, { field: 'path', mend: 'Choose a .zip that Chainrule exported. Data sets are imported on the Data page.' })
        const { record, fingerprint } = await read(context, archive, partial)
        return await adopt(context, { archive, partial, record, fingerprint, copy })
      } finally {
        await rm(partial, { recursive: true, force: true }).catch(() => {})
      }
    } finally {
      archive.close()
      for (const folder of uploadsOf(context.workspace, [path])) await rm(folder, { recursive: true, force: true }).catch(() => {})
    }
  })
}

async function unpackRun(context: StudioContext, archive: OpenArchive, partial: string): Promise<Unpacked> {
  const value = await archive.json(MANIFEST)
  refuseNewer(archive, value, 'chainrule-run', RUN_ARCHIVE_VERSION)
  const parsed = runArchiveSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UserError(`${archive.name} is damaged: ${MANIFEST}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}.`, { field: 'path', mend: 'Export the run again.' })
  }
  const manifest = parsed.data
  const strange = manifest.files.find(({ path }) => !travels(path))
  if (strange) throw new UserError(`${archive.name} lists ${JSON.stringify(strange.path)}, which is no file of a run.`, { field: 'path', mend: 'It was not made by Chainrule; nothing was taken from it.' })
  await refuseTooLarge(context, archive, manifest.files.reduce((sum, { bytes }) => sum + bytes, 0))
  const seen = new Set<string>()
  for (const { path, bytes, sha256 } of manifest.files) {
    if (seen.has(path)) throw new UserError(`${archive.name} is damaged: it lists ${path} twice.`, { field: 'path' })
    seen.add(path)
    await archive.extract(`${RUN_FOLDER}${path}`, join(partial, path), { bytes, sha256 })
  }
  const record = await inArchiveWords(archive, () => runRecordType.read(join(partial, 'run.json')))
  for (const { step, problem } of await checkpointStore(partial).list())
    if (problem !== null) throw new UserError(`${archive.name} is damaged: the checkpoint of step ${step} cannot be used.`, { field: 'path', mend: 'Export the run again.', cause: problem })
  return { record, fingerprint: manifest.dataset }
}

/** A record inside the archive is named by the archive, not by the folder that it is unpacked to. */
async function inArchiveWords<T>(archive: OpenArchive, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    const newer = /newer version/.test(error.message)
    throw new UserError(newer ? `${archive.name} was made by a newer version of Chainrule.` : `${archive.name} is damaged: its run.json is not the record of a run.`, {
      field: 'path',
      mend: newer ? 'Update Chainrule to import it.' : 'Export the run again.',
      cause: error,
    })
  }
}

interface Adopting extends Unpacked {
  archive: OpenArchive
  partial: string
  copy: boolean
}

async function adopt({ runs, datasets }: StudioContext, { archive, partial, record, fingerprint, copy }: Adopting): Promise<ImportedRun> {
  const taken = runs.has(record.id)
  if (taken && !copy)
    throw new UserError(`${runs.get(record.id).name} is here already (${record.id}).`, { field: 'copy', mend: 'Import it as a copy, under an id of its own.' })
  const local = fingerprint && datasets.list().find(({ store, domain }) => sameSplits(store.sha256, fingerprint.sha256) && domain.levels === fingerprint.domain.levels)
  const id = taken ? runs.newId(record.model.family, record.dataset.id) : record.id
  if (id !== record.id) await renameCheckpoints(partial, id)
  const run: RunRecord = {
    ...record,
    id,
    name: taken ? `${record.name.slice(0, 70)} (copy)` : record.name,
    status: hasEnded(record) ? record.status : 'paused',
    dataset: { ...record.dataset, ...(local ? { id: local.id, name: local.name } : { id: missingId(record, datasets.list().map((dataset) => dataset.id)) }) },
    imported: { at: new Date().toISOString(), runId: record.id, file: archive.name },
  }
  await runs.adopt(partial, run)
  return { run: runs.get(id), dataset: local ? 'here' : 'missing' }
}

const sameSplits = (a: DatasetFingerprint['sha256'], b: DatasetFingerprint['sha256']): boolean =>
  (['train', 'valid', 'test'] as const).every((split) => a[split] === b[split])

/** A data set of the same name but of other content must not be taken for the one that the run was trained on. */
function missingId({ dataset }: RunRecord, known: readonly string[]): string {
  let id = dataset.id
  while (known.includes(id)) id = `${dataset.id}-${randomBytes(2).toString('hex')}`
  return id
}

async function renameCheckpoints(runFolder: string, runId: string): Promise<void> {
  const store = checkpointStore(runFolder)
  for (const { step, record } of await store.list()) {
    if (!record) continue
    const path = join(store.folderOf(step), 'checkpoint.json')
    await writeJsonAtomically(path, checkpointRecordType.parse({ ...record, runId }, path))
  }
}
