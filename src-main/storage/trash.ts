import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError, storageError, syncFolder } from './atomicWrite'

/**
 * What was deleted and can be taken back: `<folder>/.trash/<name>@<milliseconds since 1970>-<random>`. Everything that is known of an entry
 * stands in its name, and it comes and goes by one rename, so a crash leaves it either here or there.
 */
export interface TrashEntry {
  /** Name of the entry within the trash; unlike any other. */
  id: string
  /** What it was called before. */
  name: string
  /** Milliseconds since 1970. */
  deletedAt: number
  path: string
}

const FOLDER = '.trash'
const ENTRY = /^(.+)@(\d{10,16})-[0-9a-f]{8}$/

/** Moves `<folder>/<name>` into the trash of `folder`. */
export async function moveToTrash(folder: string, name: string): Promise<TrashEntry> {
  const deletedAt = Date.now()
  const id = `${name}@${deletedAt}-${randomBytes(4).toString('hex')}`
  const path = join(folder, FOLDER, id)
  try {
    await mkdir(join(folder, FOLDER), { recursive: true })
    await rename(join(folder, name), path)
    await syncFolder(folder)
  } catch (error) {
    throw storageError('delete', join(folder, name), error)
  }
  return { id, name, deletedAt, path }
}

/** Latest first. */
export async function listTrash(folder: string): Promise<TrashEntry[]> {
  const ids = await readdir(join(folder, FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw storageError('list', join(folder, FOLDER), error)
  })
  const entries = ids.flatMap((id): TrashEntry[] => {
    const [, name, deletedAt] = ENTRY.exec(id) ?? []
    return name === undefined ? [] : [{ id, name, deletedAt: Number(deletedAt), path: join(folder, FOLDER, id) }]
  })
  return entries.sort((a, b) => b.deletedAt - a.deletedAt)
}

/** An entry that is there; ids come from clients, so a path is made only of one that was found. */
export async function trashEntry(folder: string, id: string): Promise<TrashEntry> {
  const entry = (await listTrash(folder)).find((candidate) => candidate.id === id)
  if (!entry) throw new StorageError('That is not in the trash any more: it was taken back, or the trash was emptied.', join(folder, FOLDER))
  return entry
}

/** Moves an entry back to where it was; refused when something of its name is there again. */
export async function takeFromTrash(folder: string, entry: TrashEntry): Promise<void> {
  const target = join(folder, entry.name)
  try {
    if ((await readdir(folder)).includes(entry.name)) throw new StorageError(`${target} exists again. Rename or delete it first.`, target)
    await rename(entry.path, target)
    await syncFolder(folder)
  } catch (error) {
    throw storageError('take back', target, error)
  }
}

/** For good. Renamed first, so that a removal which is cut off leaves nothing that could be taken back half. */
export async function removeFromTrash(entry: TrashEntry): Promise<void> {
  const doomed = join(entry.path, '..', `.deleted-${randomBytes(4).toString('hex')}`)
  try {
    await rename(entry.path, doomed)
    await rm(doomed, { recursive: true, force: true })
  } catch (error) {
    throw storageError('delete', entry.path, error)
  }
}

/** Removals that a crash cut off. */
export async function finishRemovals(folder: string): Promise<void> {
  for (const name of await readdir(join(folder, FOLDER)).catch(() => []))
    if (name.startsWith('.deleted-')) await rm(join(folder, FOLDER, name), { recursive: true, force: true })
}
