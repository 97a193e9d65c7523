import { useStorage } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { CheckpointSelector, RunRecord, SplitName } from '../../src-main/contract'
import { nllUnit } from '../../src-main/contract'
import { useDatasetsStore } from '../stores/datasets'
import { scoreKey, useScoresStore } from '../stores/scores'
import { useSettingsStore } from '../stores/settings'
import type { Score } from '../stores/scores'
import { text } from '../strings'
import { ensembleMembers } from './ensemble'
import { fitsDomain } from './fitsDomain'
import { useMissingData } from './useMissingData'
import { useStreamed } from './useStreamed'

/** The form that scores a checkpoint on a split, and the score that is looked at. */
export function useScoring(run: Readonly<Ref<RunRecord | null>>) {
  const scores = useScoresStore()
  const datasets = useDatasetsStore()
  const defaults = useSettingsStore()
  const { progress, error, run: stream, cancel } = useStreamed()

  const checkpoint = shallowRef<CheckpointSelector>('best')
  const weights = shallowRef<'raw' | 'ema' | null>(null)
  const settings = useStorage('chainrule:scoring', { split: 'test' as SplitName }, undefined, { mergeDefaults: true })
  const datasetId = shallowRef<string | null>(null)
  const members = shallowRef(1)
  /** So many examples of the split; null: all. */
  const examples = shallowRef<number | null>(defaults.settings.examples)
  const most = computed(() => (run.value ? ensembleMembers(run.value.model) : null))
  /** Data that the model can score: its own, and others of the same kind, shape and levels. */
  const candidates = computed(() => datasets.datasets.filter((dataset) => run.value !== null && fitsDomain(run.value, dataset)))
  const dataset = computed(() => candidates.value.find(({ id }) => id === (datasetId.value ?? run.value?.dataset.id)) ?? null)
  const missing = useMissingData(() => run.value)
  const blocked = computed(() => (dataset.value ? (dataset.value.counts[settings.value.split] === 0 ? text.scores.emptySplit : null) : missing.value))

  const keyOf = (score: Score): string => scoreKey(run.value?.id ?? '', score)
  /** Newest first; a scoring that was done again is listed once. */
  const all = computed<readonly Score[]>(() => {
    const scored = run.value?.scores ?? []
    return scored.filter((score, index) => scored.findIndex((other) => keyOf(other) === keyOf(score)) === index)
  })
  const chosen = shallowRef<string | null>(null)
  const shown = computed(() => all.value.find((score) => keyOf(score) === chosen.value) ?? all.value[0] ?? null)
  const map = computed(() => (shown.value ? (scores.maps.get(keyOf(shown.value)) ?? null) : null))

  watch(
    () => run.value?.id,
    () => {
      cancel()
      checkpoint.value = 'best'
      weights.value = null
      datasetId.value = null
      members.value = 1
      examples.value = defaults.settings.examples
      chosen.value = null
    },
  )

  async function score(): Promise<void> {
    const current = run.value
    if (!current || blocked.value) return
    const { split } = settings.value
    await stream(async (onProgress, signal) => {
      const key = await scores.score(
        {
          runId: current.id,
          checkpoint: checkpoint.value,
          weights: weights.value ?? undefined,
          datasetId: dataset.value?.id ?? current.dataset.id,
          split,
          ensemble: most.value !== null && members.value > 1 ? members.value : undefined,
          examples: examples.value ?? undefined,
          map: nllUnit(current.dataset.domain) === 'nats/example',
        },
        onProgress,
        signal,
      )
      if (key) chosen.value = key
    })
  }

  return {
    checkpoint, weights, settings, datasetId, members, examples, most, candidates, dataset, blocked,
    all, shown, map, chosen, keyOf,
    progress, error, score, cancel,
  }
}
