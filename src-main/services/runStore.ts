import { randomBytes } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord } from '../contract/records/run'
import type { CheckpointStore } from '../storage/checkpointStore'
import { checkpointStore } from '../storage/checkpointStore'
import type { HistogramLog } from '../storage/histogramLog'
import { openHistogramLog } from '../storage/histogramLog'
import { moveToTrash, takeFromTrash, trashEntry } from '../storage/trash'
import { storageError, syncFolder } from '../storage/atomicWrite'
import type { MetricsLog } from '../storage/metricsLog'
import { openMetricsLog } from '../storage/metricsLog'
import { runRecordType } from '../storage/records/runRecord'
import type { Workspace } from '../storage/workspace'
import { slug, subfolders } from '../storage/workspace'
import { messageOf, notFound } from './errors'
import type { EventHub } from './eventHub'

/** The runs of a workspace: records in memory, each written through to its `run.json`. */
export interface RunStore {
  list(): RunRecord[]
  /** NotFoundError when there is none of that id. */
  get(id: string): RunRecord
  has(id: string): boolean
  folderOf(id: string): string
  newId(family: string, datasetId: string): string
  add(record: RunRecord): Promise<void>
  /** Changes a record, tells watchers and writes it; the promise is that of the file. */
  save(id: string, change: Partial<RunRecord>): Promise<void>
  /** The same, written within two seconds: for progress, which a crash may lose. */
  touch(id: string, change: Partial<RunRecord>): void
  /** Into the trash of the runs; returns its id there. */
  remove(id: string): Promise<string>
  /** Takes a run back from the trash. */
  recover(trashId: string): Promise<RunRecord>
  /** Makes a folder of `runs` that is complete, save for its name, the run that its record says. */
  adopt(folder: string, record: RunRecord): Promise<void>
  checkpoints(id: string): CheckpointStore
  metrics(id: string): Promise<MetricsLog>
  histograms(id: string): Promise<HistogramLog>
  /** Writes what is pending and closes the logs. */
  close(): Promise<void>
  /** Runs whose record could not be read. */
  readonly problems: readonly string[]
}

const TOUCH_MILLISECONDS = 2_000

export async function openRunStore(workspace: Workspace, hub: EventHub): Promise<RunStore> {
  const records = new Map<string, RunRecord>()
  const logs = new Map<string, Promise<MetricsLog>>()
  const histogramLogs = new Map<string, Promise<HistogramLog>>()
  const writes = new Map<string, Promise<void>>()
  const pending = new Map<string, NodeJS.Timeout>()
  const problems: string[] = []
  const fileOf = (id: string): string => join(workspace.runFolder(id), 'run.json')

  for (const id of await subfolders(workspace.runs)) {
    try {
      const record = await runRecordType.read(fileOf(id))
      if (record.id !== id)
        throw new Error(`${fileOf(id)} belongs to the run '${record.id}': the folder was renamed. Give it its name back.`)
      records.set(id, record)
    } catch (error) {
      problems.push(messageOf(error))
    }
  }

  function get(id: string): RunRecord {
    const record = records.get(id)
    if (!record) throw notFound('run', id, records.keys())
    return record
  }

  function write(id: string): Promise<void> {
    clearTimeout(pending.get(id))
    pending.delete(id)
    const next = (writes.get(id) ?? Promise.resolve())
      .catch(() => {})
      .then(async () => {
        const record = records.get(id)
        if (record) await runRecordType.write(fileOf(id), record)
      })
    writes.set(id, next)
    return next
  }

  function change(id: string, fields: Partial<RunRecord>): void {
    // A new object each time: what a watcher was given must not change in its hands.
    records.set(id, { ...get(id), ...fields, updatedAt: new Date().toISOString() })
    hub.emit('runs', id)
  }

  return {
    problems,
    list: () => [...records.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    get,
    has: (id) => records.has(id),
    folderOf: (id) => workspace.runFolder(id),
    newId(family, datasetId) {
      for (;;) {
        const id = `${slug(family)}-${slug(datasetId)}-${randomBytes(2).toString('hex')}`
        if (!records.has(id)) return id
      }
    },
    async add(record) {
      await mkdir(join(workspace.runFolder(record.id)), { recursive: true })
      await runRecordType.write(fileOf(record.id), record)
      records.set(record.id, record)
      hub.emit('runs', record.id)
    },
    save(id, fields) {
      change(id, fields)
      return write(id)
    },
    touch(id, fields) {
      change(id, fields)
      if (pending.has(id)) return
      // A full disk shows itself at the next metrics or checkpoint, with the run named; progress alone is no reason to stop.
      pending.set(
        id,
        setTimeout(() => void write(id).catch(() => {}), TOUCH_MILLISECONDS),
      )
    },
    async remove(id) {
      const record = get(id)
      records.delete(id)
      clearTimeout(pending.get(id))
      pending.delete(id)
      await writes.get(id)?.catch(() => {})
      await (await logs.get(id)?.catch(() => null))?.close()
      logs.delete(id)
      histogramLogs.delete(id)
      try {
        return (await moveToTrash(workspace.runs, id)).id
      } catch (error) {
        records.set(id, record)
        throw error
      } finally {
        hub.emit('runs', id)
      }
    },
    async recover(trashId) {
      const entry = await trashEntry(workspace.runs, trashId)
      const record = await runRecordType.read(join(entry.path, 'run.json'))
      await takeFromTrash(workspace.runs, entry)
      // It was taken out of the queue when it was deleted.
      const waiting = record.status === 'queued' || record.status === 'starting' || record.status === 'running'
      records.set(record.id, record)
      change(record.id, waiting ? { status: 'paused' } : {})
      await write(record.id)
      return get(record.id)
    },
    async adopt(folder, record) {
      await runRecordType.write(join(folder, 'run.json'), record)
      try {
        await syncFolder(folder)
        await rename(folder, workspace.runFolder(record.id))
        await syncFolder(workspace.runs)
      } catch (error) {
        throw storageError('complete', workspace.runFolder(record.id), error)
      }
      records.set(record.id, record)
      hub.emit('runs', record.id)
    },
    checkpoints: (id) => checkpointStore(workspace.runFolder(id)),
    metrics(id) {
      get(id)
      let log = logs.get(id)
      if (!log) {
        log = openMetricsLog(join(workspace.runFolder(id), 'metrics.jsonl'))
        log.catch(() => logs.delete(id))
        logs.set(id, log)
      }
      return log
    },
    histograms(id) {
      get(id)
      let log = histogramLogs.get(id)
      if (!log) {
        log = openHistogramLog(join(workspace.runFolder(id), 'histograms.jsonl'))
        log.catch(() => histogramLogs.delete(id))
        histogramLogs.set(id, log)
      }
      return log
    },
    async close() {
      for (const id of [...pending.keys()]) await write(id).catch(() => {})
      await Promise.allSettled(writes.values())
      for (const log of logs.values()) await (await log.catch(() => null))?.close()
      logs.clear()
    },
  }
}
