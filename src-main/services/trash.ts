import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrashEntry } from '../contract/records/storage'
import { UserError } from '../data/userError'
import { bytesUnder } from '../storage/diskUse'
import { finishRemovals, listTrash, removeFromTrash, trashEntry } from '../storage/trash'
import type { TrashEntry as StoredEntry } from '../storage/trash'
import type { Workspace } from '../storage/workspace'
import { subfolders } from '../storage/workspace'
import { storageError } from '../storage/atomicWrite'
import type { StudioContext } from './context'

/** What was deleted is kept so long. */
export const KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000

type Context = Pick<StudioContext, 'workspace' | 'runs' | 'datasets' | 'models' | 'hub'>
/** Where an entry lies: its kind, the folder whose trash holds it, and its name there. */
type Place = { kind: TrashEntry['kind']; runId: string | null; entry: StoredEntry }

const SEPARATOR = ':'
const idOf = ({ kind, runId, entry }: Place): string => [kind, runId ?? '', entry.id].join(SEPARATOR)
export const checkpointTrashId = (runId: string, trashId: string): string => ['checkpoint', runId, trashId].join(SEPARATOR)
export const runTrashId = (trashId: string): string => ['run', '', trashId].join(SEPARATOR)
export const datasetTrashId = (trashId: string): string => ['dataset', '', trashId].join(SEPARATOR)
export const modelTrashId = (trashId: string): string => ['model', '', trashId].join(SEPARATOR)

export async function trashList(context: Context, { runId }: { runId?: string | undefined } = {}): Promise<TrashEntry[]> {
  const entries: TrashEntry[] = []
  for (const place of await places(context, runId)) entries.push(await described(context, place))
  return entries.sort((a, b) => b.deletedAt.localeCompare(a.deletedAt))
}

export async function recover(context: Context, id: string): Promise<TrashEntry> {
  const place = await placeOf(context, id)
  const entry = await described(context, place)
  const { runs, datasets, models, hub } = context
  if (place.kind === 'run') await runs.recover(place.entry.id)
  else if (place.kind === 'dataset') await datasets.recover(place.entry.id)
  else if (place.kind === 'model') await models.recover(place.entry.id)
  else if (place.kind === 'checkpoint') {
    const { name, progress } = runs.get(place.runId!)
    // Its metrics were cut when the run was taken back, so that it would stand where the run has not been.
    if (Number(place.entry.name) > progress.step)
      throw new UserError(`${name} was taken back to step ${progress.step} since then, so its checkpoint of step ${place.entry.name} cannot come back.`, {
        mend: 'Train it to that step again, or branch before taking a run back.',
      })
    await runs.checkpoints(place.runId!).recover(place.entry.id)
    hub.emit('runs', place.runId!)
  } else throw new UserError('What came after a restored checkpoint can only be deleted for good.')
  return entry
}

export async function emptyTrash(context: Context, ids?: readonly string[]): Promise<{ entries: number; bytes: number }> {
  let bytes = 0
  const doomed = ids ? await Promise.all(ids.map((id) => placeOf(context, id))) : await places(context)
  for (const place of doomed) {
    bytes += await bytesUnder(place.entry.path)
    await removePlace(place)
    if (place.runId) context.hub.emit('runs', place.runId)
  }
  return { entries: doomed.length, bytes }
}

/** At the studio's start: finishes removals that a crash cut off, and empties what is older than 30 days. */
export async function emptyOldTrash(workspace: Workspace): Promise<void> {
  for (const folder of [workspace.runs, workspace.datasets, workspace.models]) {
    await finishRemovals(folder)
    await removeOld(await listTrash(folder))
  }
  for (const run of await subfolders(workspace.runs)) {
    const folder = join(workspace.runs, run, 'checkpoints')
    await finishRemovals(folder)
    await removeOld(await listTrash(folder))
  }
}

async function removeOld(entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) if (Date.now() - entry.deletedAt > KEPT_MILLISECONDS) await removeFromTrash(entry)
}

async function places({ workspace, runs }: Context, only?: string): Promise<Place[]> {
  const found: Place[] = []
  if (only === undefined) {
    for (const entry of await listTrash(workspace.runs)) found.push({ kind: 'run', runId: null, entry })
    for (const entry of await listTrash(workspace.datasets)) found.push({ kind: 'dataset', runId: null, entry })
    for (const entry of await listTrash(workspace.models)) found.push({ kind: 'model', runId: null, entry })
  }
  for (const { id } of only === undefined ? runs.list() : [runs.get(only)]) {
    for (const entry of await listTrash(runs.checkpoints(id).folder)) found.push({ kind: 'checkpoint', runId: id, entry })
    for (const entry of await discarded(runs.folderOf(id))) found.push({ kind: 'discarded', runId: id, entry })
  }
  return found
}

async function placeOf({ workspace, runs }: Context, id: string): Promise<Place> {
  const [kind = '', runId = '', ...rest] = id.split(SEPARATOR)
  const entryId = rest.join(SEPARATOR)
  if (kind === 'run') return { kind, runId: null, entry: await trashEntry(workspace.runs, entryId) }
  if (kind === 'dataset') return { kind, runId: null, entry: await trashEntry(workspace.datasets, entryId) }
  if (kind === 'model') return { kind, runId: null, entry: await trashEntry(workspace.models, entryId) }
  if (kind === 'checkpoint') return { kind, runId, entry: await trashEntry(runs.checkpoints(runs.get(runId).id).folder, entryId) }
  const entry = kind === 'discarded' ? (await discarded(runs.folderOf(runs.get(runId).id))).find((candidate) => candidate.id === entryId) : undefined
  if (!entry) throw new UserError('That is not in the trash any more.', { field: 'id' })
  return { kind: 'discarded', runId, entry }
}

/** `<run>/discarded/<time>`: see restoreCheckpoint. */
async function discarded(runFolder: string): Promise<StoredEntry[]> {
  const folder = join(runFolder, 'discarded')
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => ({ id: name, name, deletedAt: timeOf(name), path: join(folder, name) }))
}

/** '2026-01-31T10-20-30.123Z' as a time. */
const timeOf = (name: string): number => Date.parse(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')) || 0

async function removePlace({ kind, entry }: Place): Promise<void> {
  if (kind !== 'discarded') return removeFromTrash(entry)
  await rm(entry.path, { recursive: true, force: true }).catch((error: unknown) => Promise.reject(storageError('delete', entry.path, error)))
}

async function described({ runs }: Context, place: Place): Promise<TrashEntry> {
  const { kind, runId, entry } = place
  const name = runId !== null ? runs.get(runId).name : await nameIn(recordOf(kind, entry.path), entry.name)
  return {
    id: idOf(place),
    kind,
    name,
    runId,
    step: kind === 'checkpoint' ? Number(entry.name) : null,
    deletedAt: new Date(entry.deletedAt).toISOString(),
    bytes: await bytesUnder(entry.path),
    recoverable: kind !== 'discarded',
  }
}

/** Where the record of an entry lies that is more than one file; a saved model is its record. */
const recordOf = (kind: TrashEntry['kind'], path: string): string => (kind === 'model' ? path : join(path, kind === 'run' ? 'run.json' : 'dataset.json'))

async function nameIn(path: string, fallback: string): Promise<string> {
  try {
    const { name } = JSON.parse(await readFile(path, 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : fallback
  } catch {
    return fallback
  }
}
