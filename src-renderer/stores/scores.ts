import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Classification, Comparison, NllMap, RunRecord, SplitName } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

export type ScoreRequest = Parameters<StudioClient['scores']['score']>[0]
export type ClassifyRequest = Parameters<StudioClient['scores']['classify']>[0]
/** A likelihood as a run keeps it. */
export type Score = RunRecord['scores'][number]
export interface ClassifiedRun {
  classification: Classification
  checkpointStep: number
}

/** What tells two scores of a run apart: the same scoring done again takes the place of the first. */
export function scoreKey(runId: string, score: Pick<Score, 'checkpointStep' | 'weights' | 'split' | 'dataset' | 'members' | 'examples'>): string {
  return [runId, score.checkpointStep, score.weights, score.split, score.dataset, score.members ?? 1, score.examples].join(':')
}

/** Likelihoods of splits. The figures stay with their run; maps and classifications stay as long as the window does. */
export const useScoresStore = defineStore('scores', () => {
  const maps = shallowReactive(new Map<string, NllMap>())
  const classified = shallowReactive(new Map<string, ClassifiedRun>())

  /** The key of what was scored; null when nothing came. */
  async function score(
    request: ScoreRequest & { datasetId: string },
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    let key: string | null = null
    for await (const { done, total, result } of await client.scores.score(request, { signal })) {
      onProgress(done, total)
      if (!result) continue
      key = scoreKey(request.runId, { ...result.likelihood, checkpointStep: result.checkpointStep, dataset: request.datasetId })
      if (result.map) maps.set(key, result.map)
    }
    return key
  }

  async function classify(
    request: ClassifyRequest,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const { done, total, result } of await client.scores.classify(request, { signal })) {
      onProgress(done, total)
      if (result) classified.set(request.runId, result)
    }
  }

  function compare(runIds: string[], split: SplitName): Promise<Comparison> {
    return client.scores.compare({ runIds, split })
  }

  return { maps, classified, score, classify, compare }
})
