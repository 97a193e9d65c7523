import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import type { CheckpointSelector, Examination, ExampleConditionals, Filters, Neighbours, SampleSet, Separation, SplitName } from '../../src-main/contract'
import { dimensionsOf } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'
import type { LevelArray } from '../../src-main/contract'

export type ExamineRequest = Parameters<StudioClient['understanding']['examine']>[0]
export type ConditionalsRequest = Parameters<StudioClient['understanding']['conditionals']>[0]
export type DrawRequest = Parameters<StudioClient['samples']['draw']>[0]
export interface Examined {
  own: Examination
  other: Examination | null
  separation: Separation[] | null
}
/** Samples with what lies nearest to each. */
export interface SamplesAndNeighbours {
  set: SampleSet
  neighbours: Neighbours
}
type OnProgress = (done: number, total: number) => void

/** Thumbnails kept, so that scrolling back costs nothing. */
const KEPT_EXAMPLES = 30_000
const KEPT_CONDITIONALS = 6
const PAGE = 256

/** What was looked into, as long as the window is open: one examination for each run, the conditionals of the last examples. */
export const useUnderstandingStore = defineStore('understanding', () => {
  const examined = shallowReactive(new Map<string, Examined>())
  const found = shallowReactive(new Map<string, SamplesAndNeighbours>())
  /** Samples that another page wants the neighbours of. */
  const asked = shallowRef<SampleSet | null>(null)
  const conditionals = new Map<string, Promise<ExampleConditionals>>()
  const examples = new Map<string, LevelArray>()

  async function examine(request: ExamineRequest, onProgress: OnProgress, signal: AbortSignal): Promise<Examined | null> {
    let answer: Examined | null = null
    for await (const { done, total, result } of await client.understanding.examine(request, { signal })) {
      onProgress(done, total)
      if (result) answer = result
    }
    return answer
  }

  /** Every conditional of one example, asked for once. */
  function conditionalsOf(request: ConditionalsRequest): Promise<ExampleConditionals> {
    const key = JSON.stringify(request)
    const known = conditionals.get(key)
    if (known) return known
    const answer = client.understanding.conditionals(request)
    conditionals.set(key, answer)
    answer.catch(() => conditionals.delete(key))
    const oldest = conditionals.keys().next().value
    if (conditionals.size > KEPT_CONDITIONALS && oldest !== undefined) conditionals.delete(oldest)
    return answer
  }

  const exampleKey = (datasetId: string, split: SplitName, index: number): string => `${datasetId}:${split}:${index}`
  const exampleLevels = (datasetId: string, split: SplitName, index: number): LevelArray | null => examples.get(exampleKey(datasetId, split, index)) ?? null

  /** Makes sure that these examples are known; examples of one shape only. */
  async function loadExamples(datasetId: string, split: SplitName, indices: readonly number[]): Promise<void> {
    const missing = indices.filter((index) => !examples.has(exampleKey(datasetId, split, index)))
    for (let from = 0; from < missing.length; from += PAGE) {
      const part = missing.slice(from, from + PAGE)
      const { levels, domain } = await client.datasets.examples({ id: datasetId, split, indices: part })
      const size = dimensionsOf(domain)
      part.forEach((index, row) => examples.set(exampleKey(datasetId, split, index), levels.subarray(row * size, (row + 1) * size)))
    }
    while (examples.size > KEPT_EXAMPLES) examples.delete(examples.keys().next().value!)
  }

  /** Samples for a search; those of the Samples page stay as they are. */
  async function draw(request: DrawRequest, onProgress: OnProgress, signal: AbortSignal): Promise<SampleSet | null> {
    let answer: SampleSet | null = null
    for await (const { done, total, set } of await client.samples.draw(request, { signal })) {
      onProgress(done, total)
      if (set) answer = set
    }
    return answer
  }

  async function neighbours(set: SampleSet, datasetId: string, count: number, onProgress: OnProgress, signal: AbortSignal): Promise<Neighbours | null> {
    let answer: Neighbours | null = null
    for await (const { done, total, result } of await client.understanding.neighbours({ datasetId, levels: set.levels, count }, { signal })) {
      onProgress(done, total)
      if (result) answer = result
    }
    if (answer) found.set(set.recipe.runId, { set, neighbours: answer })
    return answer
  }

  function filters(runId: string, checkpoint: CheckpointSelector, weights: 'raw' | 'ema' | undefined): Promise<Filters[]> {
    return client.understanding.filters({ runId, checkpoint, weights })
  }

  return { examined, found, asked, examine, conditionalsOf, exampleLevels, loadExamples, draw, neighbours, filters }
})
