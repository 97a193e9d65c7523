import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DatasetRecord, ImportOptions, ImportPlan, Job, SplitName } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client, follow } from '../api/connection'
import { fill, text } from '../strings'
import { useEditsStore } from './edits'

export type ExamplePage = Awaited<ReturnType<StudioClient['datasets']['examples']>>
export type GenerateRequest = Parameters<StudioClient['datasets']['generate']>[0]

/** Data sets, newest first, and the examples that cards and pages show. */
export const useDatasetsStore = defineStore('datasets', () => {
  const edits = useEditsStore()
  const datasets = shallowRef<readonly DatasetRecord[]>([])
  const loaded = shallowRef(false)
  const thumbnails = new Map<string, Promise<ExamplePage>>()

  function receive(list: readonly DatasetRecord[]): void {
    datasets.value = [...list].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    loaded.value = true
  }
  function start(signal: AbortSignal): void {
    void follow((abort) => client.datasets.watch(undefined, { signal: abort }), receive, signal)
  }
  /** For those that must not wait for the stream. */
  async function refresh(): Promise<void> {
    receive(await client.datasets.list())
  }

  function byId(id: string | null): DatasetRecord | null {
    return datasets.value.find((dataset) => dataset.id === id) ?? null
  }

  function examples(id: string, split: SplitName, offset: number, count: number): Promise<ExamplePage> {
    return client.datasets.examples({ id, split, offset, count })
  }

  /** The first examples, asked for once per data set (its content never changes). */
  function thumbnail(dataset: DatasetRecord): Promise<ExamplePage> {
    const key = `${dataset.id}:${dataset.createdAt}`
    const known = thumbnails.get(key)
    if (known) return known
    const page = examples(dataset.id, dataset.counts.train > 0 ? 'train' : 'test', 0, dataset.domain.kind === 'audio' ? 3 : 48)
    thumbnails.set(key, page)
    page.catch(() => thumbnails.delete(key))
    return page
  }

  function plan(paths: string[], options: Partial<ImportOptions>, signal?: AbortSignal): Promise<ImportPlan> {
    return client.datasets.plan({ paths, options }, { signal })
  }

  function startImport(paths: string[], name: string, options: Partial<ImportOptions>): Promise<Job> {
    return client.datasets.import({ paths, name, options })
  }

  function generate(request: GenerateRequest): Promise<Job> {
    return client.datasets.generate(request)
  }

  async function write(id: string, name: string): Promise<void> {
    await client.datasets.rename({ id, name })
    await refresh()
  }

  /** Can be taken back. */
  async function rename(id: string, name: string): Promise<void> {
    const before = byId(id)?.name
    await write(id, name)
    if (before !== undefined) edits.record({ label: fill(text.edits.rename, { name }), undo: () => write(id, before), redo: () => write(id, name) })
  }

  /** Into the trash; answers what takes it back. */
  async function remove(id: string): Promise<string> {
    const { trashId } = await client.datasets.remove({ id })
    await refresh()
    return trashId
  }

  return { datasets, loaded, start, refresh, byId, examples, thumbnail, plan, startImport, generate, rename, remove }
})
