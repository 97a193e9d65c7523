import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavedModel } from '../contract/records/savedModel'
import { savedModelRecordType } from '../storage/records/savedModelRecord'
import { listTrash, moveToTrash, takeFromTrash, trashEntry } from '../storage/trash'
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
  /** Puts it into the trash; answers its name there. */
  remove(id: string): Promise<string>
  /** Takes a model back by its name in the trash. */
  recover(trashId: string): Promise<SavedModel>
  /** Takes a model back by its id. */
  restore(id: string): Promise<SavedModel>
  /** Files that cannot be read. */
  readonly problems: readonly string[]
}

const ENDING = '.json'

export async function openModelStore(workspace: Workspace, hub: EventHub): Promise<ModelStore> {
  const records = new Map<string, SavedModel>()
  const problems: string[] = []
  const fileOf = (id: string): string => join(workspace.models, `${id}${ENDING}`)

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

  async function recover(trashId: string): Promise<SavedModel> {
    const entry = await trashEntry(workspace.models, trashId)
    const record = await savedModelRecordType.read(entry.path)
    await takeFromTrash(workspace.models, entry)
    records.set(record.id, record)
    hub.emit('models', record.id)
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
      const entry = await moveToTrash(workspace.models, `${record.id}${ENDING}`)
      records.delete(record.id)
      hub.emit('models', record.id)
      return entry.id
    },
    recover,
    async restore(id) {
      if (records.has(id)) return get(id)
      const entries = await listTrash(workspace.models)
      const entry = entries.find(({ name }) => name === `${id}${ENDING}`)
      if (!entry) throw notFound('removed model', id, entries.map(({ name }) => name.slice(0, -ENDING.length)))
      return recover(entry.id)
    },
  }
}
