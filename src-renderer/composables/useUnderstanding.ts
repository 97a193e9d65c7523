import { useStorage } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { CheckpointSelector, Examination, RankingScore, RunRecord, SplitName } from '../../src-main/contract'
import { RAW_WARNING } from '../../src-main/contract'
import { rankedPositions, scoresOf } from '../charts/ranking'
import { useDatasetsStore } from '../stores/datasets'
import { useUnderstandingStore } from '../stores/understanding'
import { text } from '../strings'
import { fitsDomain } from './fitsDomain'
import { useMissingData } from './useMissingData'
import { useStreamed } from './useStreamed'

/** An example that is looked at closely. */
export interface ChosenExample {
  datasetId: string
  split: SplitName
  index: number
}

export type Understanding = ReturnType<typeof useUnderstanding>

/** Which checkpoint looks into which data, what it saw, and which example is looked at. */
export function useUnderstanding(run: Readonly<Ref<RunRecord | null>>) {
  const store = useUnderstandingStore()
  const datasets = useDatasetsStore()
  const { progress, error, run: stream, cancel } = useStreamed()

  const checkpoint = shallowRef<CheckpointSelector>('best')
  const weights = shallowRef<'raw' | 'ema' | null>(null)
  const settings = useStorage(
    'chainrule:understanding',
    { split: 'test' as SplitName, examples: 500 as number | null, score: 'typicality' as RankingScore, unusualFirst: true },
    undefined,
    { mergeDefaults: true },
  )
  const datasetId = shallowRef<string | null>(null)
  const otherId = shallowRef<string | null>(null)
  const otherSplit = shallowRef<SplitName>('test')
  const chosen = shallowRef<ChosenExample | null>(null)

  const candidates = computed(() => datasets.datasets.filter((dataset) => run.value !== null && fitsDomain(run.value, dataset)))
  const dataset = computed(() => candidates.value.find(({ id }) => id === (datasetId.value ?? run.value?.dataset.id)) ?? null)
  const other = computed(() => candidates.value.find(({ id }) => id === otherId.value) ?? null)
  const missing = useMissingData(() => run.value)
  const blocked = computed(() => {
    if (!dataset.value) return missing.value ?? text.understand.gone
    if (dataset.value.counts[settings.value.split] === 0) return text.scores.emptySplit
    return other.value && other.value.counts[otherSplit.value] === 0 ? text.scores.emptySplit : null
  })

  const examined = computed(() => (run.value ? (store.examined.get(run.value.id) ?? null) : null))
  const own = computed<Examination | null>(() => examined.value?.own ?? null)
  /** A score that the examination has. */
  const score = computed<RankingScore>(() => (own.value && !scoresOf(own.value, settings.value.score) ? 'typicality' : settings.value.score))
  /** The examination that the chosen example is of; the data's own when none is chosen. */
  const inspected = computed(() => {
    const parts = [own.value, examined.value?.other ?? null]
    return parts.find((part) => part?.dataset.id === chosen.value?.datasetId && part?.split === chosen.value?.split) ?? null
  })
  const order = computed(() => (inspected.value ? rankedPositions(inspected.value, score.value, settings.value.unusualFirst) : []))

  watch(
    () => run.value?.id,
    () => {
      cancel()
      checkpoint.value = 'best'
      weights.value = null
      datasetId.value = null
      otherId.value = null
      chosen.value = null
    },
  )

  function request(at: CheckpointSelector) {
    const { id, dataset: usual } = run.value!
    return {
      runId: id,
      checkpoint: at,
      weights: weights.value ?? undefined,
      datasetId: dataset.value?.id ?? usual.id,
      split: settings.value.split,
      examples: settings.value.examples ?? undefined,
    }
  }

  async function look(): Promise<void> {
    const current = run.value
    if (!current || blocked.value) return
    await stream(async (onProgress, signal) => {
      const beside = other.value ? { other: { datasetId: other.value.id, split: otherSplit.value } } : {}
      const result = await store.examine({ ...request(checkpoint.value), ...beside }, onProgress, signal)
      if (result) store.examined.set(current.id, result)
    })
  }

  /** Where the chosen example stands in its ranking; −1 when it is in none. */
  const rank = computed(() => order.value.findIndex((position) => inspected.value?.indices[position] === chosen.value?.index))
  /** The example `by` places further in the ranking. */
  function step(by: number): void {
    const examination = inspected.value
    if (!examination || order.value.length === 0) return
    const now = rank.value
    const next = Math.min(order.value.length - 1, Math.max(0, now < 0 ? 0 : now + by))
    choose(examination, order.value[next]!)
  }
  function choose(examination: Examination, position: number): void {
    chosen.value = { datasetId: examination.dataset.id, split: examination.split, index: examination.indices[position] ?? 0 }
  }

  return {
    checkpoint, weights, settings, datasetId, otherId, otherSplit, candidates, dataset, other, blocked,
    examined, own, inspected, score, order, rank, chosen, warning: RAW_WARNING,
    progress, error, look, cancel, step, choose, request,
  }
}
