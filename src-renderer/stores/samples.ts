import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CompletionExactness, CompletionMask, CompletionSet, DrawnPart, GalleryFrame, SampleSet } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

export type DrawRequest = Parameters<StudioClient['samples']['draw']>[0]
export type CompleteRequest = Parameters<StudioClient['samples']['complete']>[0]

/** Sets kept while scrubbing through a gallery, so that going back costs nothing. */
const KEPT_SETS = 400

/** Samples: drawn on request, and the gallery that training draws with the same seeds at every checkpoint. */
export const useSamplesStore = defineStore('samples', () => {
  /** The last drawn set stays when the page is left. */
  const drawn = shallowRef<SampleSet | null>(null)
  const completed = shallowRef<CompletionSet | null>(null)
  const kept = new Map<string, Promise<SampleSet>>()

  /** `onPart`: audio, hears of what is drawn while the rest is. */
  async function draw(
    request: DrawRequest,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
    onPart?: (part: DrawnPart) => void,
  ): Promise<SampleSet | null> {
    let result: SampleSet | null = null
    for await (const event of await client.samples.draw({ ...request, ...(onPart ? { parts: true } : {}) }, { signal })) {
      onProgress(event.done, event.total)
      for (const part of event.parts ?? []) onPart?.(part)
      if (event.set) result = event.set
    }
    if (result) drawn.value = result
    return result
  }

  async function complete(
    request: CompleteRequest,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<CompletionSet | null> {
    let result: CompletionSet | null = null
    for await (const event of await client.samples.complete(request, { signal })) {
      onProgress(event.done, event.total)
      if (event.set) result = event.set
    }
    if (result) completed.value = result
    return result
  }

  /** Whether the run's model completes this mask exactly; nothing is drawn. */
  function completionExactness(runId: string, mask: CompletionMask): Promise<CompletionExactness> {
    return client.samples.completionExactness({ runId, mask })
  }

  function gallerySteps(runId: string): Promise<number[]> {
    return client.runs.gallery({ id: runId })
  }

  /** The steps with the training time and the NLL of each. */
  function galleryFrames(runId: string): Promise<GalleryFrame[]> {
    return client.runs.galleryFrames({ id: runId })
  }

  /** `stamp` changes when a run is restored, so that a step drawn anew is not taken from what was kept. */
  function gallerySet(runId: string, step: number, stamp: string): Promise<SampleSet> {
    const key = `${runId}:${step}:${stamp}`
    const known = kept.get(key)
    if (known) return known
    const set = client.runs.gallerySamples({ id: runId, step })
    kept.set(key, set)
    set.catch(() => kept.delete(key))
    const oldest = kept.keys().next().value
    if (kept.size > KEPT_SETS && oldest !== undefined) kept.delete(oldest)
    return set
  }

  return { drawn, draw, completed, complete, completionExactness, gallerySteps, galleryFrames, gallerySet }
})
