import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Budget, ImportedRun, RetentionRule, RunRecord, RunStatus } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client, follow } from '../api/connection'
import { fill, text } from '../strings'
import { useEditsStore } from './edits'

export type CreateRun = Parameters<StudioClient['runs']['create']>[0]
export type BranchRun = Parameters<StudioClient['runs']['branch']>[0]

/** Every run, newest first, as the studio reports its changes. */
export const useRunsStore = defineStore('runs', () => {
  const edits = useEditsStore()
  const byIdentity = shallowRef<ReadonlyMap<string, RunRecord>>(new Map())
  const loaded = shallowRef(false)
  const runs = computed(() => [...byIdentity.value.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)))
  const active = computed(() => runs.value.find((run) => isActive(run.status)) ?? null)

  function start(signal: AbortSignal): void {
    void follow(
      (abort) => {
        // A new stream begins with all records, so whatever went away meanwhile is dropped.
        fresh = true
        return client.runs.watch(undefined, { signal: abort })
      },
      receive,
      signal,
    )
  }

  let fresh = true
  function receive(event: { runs: readonly RunRecord[]; removed: readonly string[] }): void {
    const next = new Map(fresh ? [] : byIdentity.value)
    fresh = false
    for (const run of event.runs) next.set(run.id, run)
    for (const id of event.removed) next.delete(id)
    byIdentity.value = next
    loaded.value = true
  }

  function keep(run: RunRecord): RunRecord {
    byIdentity.value = new Map(byIdentity.value).set(run.id, run)
    return run
  }

  function byId(id: string | null): RunRecord | null {
    return id === null ? null : (byIdentity.value.get(id) ?? null)
  }

  const create = async (request: CreateRun): Promise<RunRecord> => keep(await client.runs.create(request))
  const resume = async (id: string, budget?: Budget): Promise<RunRecord> => keep(await client.runs.resume({ id, budget }))
  type Change = Partial<Pick<RunRecord, 'name' | 'notes' | 'tags'>>
  const write = async (id: string, change: Change & { notesBefore?: string }): Promise<RunRecord> => keep(await client.runs.update({ id, ...change }))

  /** Renames, notes or tags; all of it can be taken back. `notesBefore`: the notes that the change was made to. */
  async function update(id: string, change: Change & { notesBefore?: string }): Promise<RunRecord> {
    const before = byId(id)
    const run = await write(id, change)
    if (!before) return run
    const { name, notes, tags } = before
    const known = { name, notes, tags }
    const changed = (['name', 'notes', 'tags'] as const).filter((field) => change[field] !== undefined)
    const label = text.edits[changed[0] === 'notes' ? 'notes' : changed[0] === 'tags' ? 'tags' : 'rename']
    edits.record({
      label: fill(label, { name: run.name }),
      ...(changed[0] === 'notes' ? { key: `notes:${id}` } : {}),
      undo: () => write(id, Object.fromEntries(changed.map((field) => [field, known[field]]))),
      redo: () => write(id, Object.fromEntries(changed.map((field) => [field, change[field]]))),
    })
    return run
  }
  const pause = async (id: string): Promise<void> => void (await client.runs.pause({ id }))
  const stop = async (id: string): Promise<void> => void (await client.runs.stop({ id }))
  const checkpointNow = async (id: string): Promise<void> => void (await client.runs.checkpointNow({ id }))

  const branch = async (request: BranchRun): Promise<RunRecord> => keep(await client.runs.branch(request))
  const setRetention = async (id: string, rule: RetentionRule): Promise<RunRecord> => keep(await client.runs.setRetention({ id, ...rule }))
  async function importArchive(path: string, copy: boolean): Promise<ImportedRun> {
    const imported = await client.runs.import({ path, copy })
    keep(imported.run)
    return imported
  }

  /** Into the trash; answers what takes it back. */
  async function remove(id: string): Promise<string> {
    const { trashId } = await client.runs.remove({ id })
    const next = new Map(byIdentity.value)
    next.delete(id)
    byIdentity.value = next
    return trashId
  }

  return { runs, loaded, active, start, byId, create, resume, update, pause, stop, checkpointNow, branch, setRetention, importArchive, remove, keep }
})

/** Occupies the engine, or is about to. */
export function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'starting'
}

/** Can be taken up again from its last checkpoint. */
export function isResumable(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'completed' || status === 'failed'
}
