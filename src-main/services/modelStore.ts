import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavedModel } from '../contract/records/savedModel'
import { storageError } from '../storage/atomicWrite'
import { savedModelRecordType } from '../storage/records/savedModelRecord'
import type { Workspace } from '../storage/workspace'
import { slug } from '../storage/workspace'
import { messageOf, notFound } from './errors'
import type { EventHub } from './eventHub'

/** The saved models of a workspace: records in memory, each a file of its own on disk. */
export interface ModelStore {
  /** The latest changed first. */
  list(): SavedModel[]
  /** By id or, since people remember those, by name. */
  get(id: string): SavedModel
  newId(name: string): string
  /** Adds it, or replaces that of the same id; on disk first, so that what is listed is also kept. */
  save(record: SavedModel): Promise<SavedModel>
  /** Puts it aside, for 30 days. */
  remove(id: string): Promise<void>
  /** Takes back what was put aside. */
  restore(id: string): Promise<SavedModel>
  /** Files that cannot be read. */
  readonly problems: readonly string[]
}

const KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000
const ENDING = '.json'

export async function openModelStore(workspace: Workspace, hub: EventHub): Promise<ModelStore> {
  const records = new Map<string, SavedModel>()
  const problems: string[] = []
  const removed = join(workspace.models, '.removed')
  const fileOf = (id: string): string => join(workspace.models, `${id}${ENDING}`)
  await mkdir(removed, { recursive: true })
  await removeOld(removed)

  for (const name of await readdir(workspace.models)) {
    if (!name.endsWith(ENDING) || name.startsWith('.')) continue
    try {
      const record = await savedModelRecordType.read(join(workspace.models, name))
      if (`${record.id}${ENDING}` !== name) throw new Error(`${join(workspace.models, name)} holds the model '${record.id}': the file was renamed. Give it its name back.`)
      records.set(record.id, record)
    } catch (error) {
      problems.push(messageOf(error))
    }
  }

  function get(id: string): SavedModel {
    const record = records.get(id) ?? [...records.values()].find(({ name }) => name === id)
    if (!record) throw notFound('saved model', id, records.keys())
    return record
  }

  return {
    problems,
    list: () => [...records.values()].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt)),
    get,
    newId(name) {
      for (;;) {
        const id = `${slug(name)}-${randomBytes(2).toString('hex')}`
        if (!records.has(id)) return id
      }
    },
    async save(record) {
      await savedModelRecordType.write(fileOf(record.id), record)
      records.set(record.id, record)
      hub.emit('models', record.id)
      return record
    },
    async remove(id) {
      const record = get(id)
      const path = fileOf(record.id)
      try {
        await rename(path, join(removed, `${record.id}${ENDING}`))
      } catch (error) {
        throw storageError('remove', path, error)
      }
      records.delete(record.id)
      hub.emit('models', record.id)
    },
    async restore(id) {
      if (records.has(id)) return get(id)
      const names = (await readdir(removed)).filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length))
      if (!names.includes(id)) throw notFound('removed model', id, names)
      const record = await savedModelRecordType.read(join(removed, `${id}${ENDING}`))
      await rename(join(removed, `${id}${ENDING}`), fileOf(id))
      records.set(id, record)
      hub.emit('models', id)
      return record
    },
  }
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    // By the time of the removal: a rename changes it.
    const { ctimeMs } = await stat(path)
    if (Date.now() - ctimeMs > KEPT_MILLISECONDS) await rm(path, { force: true })
  }
}
