import { join } from 'node:path'
import type { DatasetRecord } from '../contract/records/dataset'
import { UserError } from '../data/userError'
import { datasetRecordType } from '../storage/records/datasetRecord'
import { moveToTrash, takeFromTrash, trashEntry } from '../storage/trash'
import type { Workspace } from '../storage/workspace'
import { slug, subfolders } from '../storage/workspace'
import { messageOf, notFound } from './errors'
import type { EventHub } from './eventHub'

/** The data sets of a workspace: records in memory, `dataset.json` beside the packed store on disk. */
export interface DatasetStore {
  list(): DatasetRecord[]
  /** By id or, since people remember those, by name. */
  get(id: string): DatasetRecord
  folderOf(id: string): string
  /** The id that a name becomes; UserError when it is taken, by a finished data set or by an import under way. */
  reserve(name: string): { id: string; release(): void }
  /** A finished import. */
  added(record: DatasetRecord): void
  save(record: DatasetRecord): Promise<void>
  /** Into the trash of the data sets; returns its id there. */
  remove(id: string): Promise<string>
  /** Takes a data set back from the trash. */
  recover(trashId: string): Promise<DatasetRecord>
  readonly problems: readonly string[]
}

export async function openDatasetStore(workspace: Workspace, hub: EventHub): Promise<DatasetStore> {
  const records = new Map<string, DatasetRecord>()
  const reserved = new Set<string>()
  const problems: string[] = []
  const unreadable = new Set<string>()
  const fileOf = (id: string): string => join(workspace.datasetFolder(id), 'dataset.json')

  for (const id of await subfolders(workspace.datasets)) {
    try {
      const record = await datasetRecordType.read(fileOf(id))
      if (record.id !== id)
        throw new Error(`${fileOf(id)} belongs to the data set '${record.id}': the folder was renamed. Give it its name back.`)
      records.set(id, record)
    } catch (error) {
      problems.push(messageOf(error))
      unreadable.add(id)
    }
  }

  function get(id: string): DatasetRecord {
    const record = records.get(id) ?? [...records.values()].find(({ name }) => name === id)
    if (!record) throw notFound('data set', id, records.keys())
    return record
  }

  return {
    problems,
    list: () => [...records.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    get,
    folderOf: (id) => workspace.datasetFolder(get(id).id),
    reserve(name) {
      const id = slug(name)
      if (records.has(id) || reserved.has(id) || unreadable.has(id)) {
        const state = records.has(id)
          ? 'There is already a data set'
          : reserved.has(id)
            ? 'An import is already making a data set'
            : 'A data set that cannot be read lies in the folder'
        throw new UserError(`${state} '${id}'.`, { field: 'name', mend: 'Choose another name, or delete that one first.' })
      }
      reserved.add(id)
      return { id, release: () => void reserved.delete(id) }
    },
    added(record) {
      records.set(record.id, record)
      hub.emit('datasets', record.id)
    },
    async save(record) {
      await datasetRecordType.write(fileOf(record.id), record)
      records.set(record.id, record)
      hub.emit('datasets', record.id)
    },
    async remove(id) {
      const record = get(id)
      const entry = await moveToTrash(workspace.datasets, record.id)
      records.delete(record.id)
      hub.emit('datasets', record.id)
      return entry.id
    },
    async recover(trashId) {
      const entry = await trashEntry(workspace.datasets, trashId)
      if (reserved.has(entry.name)) throw new UserError(`An import is making another data set '${entry.name}'.`, { mend: 'Wait for it, then delete or keep that one.' })
      const record = await datasetRecordType.read(join(entry.path, 'dataset.json'))
      await takeFromTrash(workspace.datasets, entry)
      records.set(record.id, record)
      hub.emit('datasets', record.id)
      return record
    },
  }
}
