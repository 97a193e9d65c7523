import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import { conditioningOf } from '../../src-main/contract'
import type { LevelArray, RunRecord, SplitName } from '../../src-main/contract'
import { useDatasetsStore } from '../stores/datasets'

export interface RecordingPlace {
  split: SplitName
  index: number
}

export interface Recording extends RecordingPlace {
  levels: LevelArray
  seconds: number
}

/** The recording of the run's data set whose features samples are drawn for; `needed` for models that are conditioned on features alone. */
export function useRecording(run: Readonly<Ref<RunRecord | null>>) {
  const datasets = useDatasetsStore()
  const place = shallowRef<RecordingPlace>({ split: 'test', index: 0 })
  const needed = computed(() => run.value !== null && conditioningOf(run.value.model, run.value.dataset.domain)?.kind === 'features')
  const dataset = computed(() => (needed.value && run.value ? datasets.byId(run.value.dataset.id) : null))
  const counts = computed(() => dataset.value?.counts ?? null)
  /** The place within what there is: the test split may be empty, and another run's may be shorter. */
  const chosen = computed<RecordingPlace | null>(() => {
    const found = counts.value
    if (!found) return null
    const { split, index } = place.value
    const own = found[split] > 0 ? split : (['test', 'valid', 'train'] as const).find((other) => found[other] > 0)
    return own ? { split: own, index: Math.min(index, found[own] - 1) } : null
  })

  const recording = shallowRef<Recording | null>(null)
  let asked = 0
  watch(
    [() => dataset.value?.id, chosen],
    async ([id, at]) => {
      const mine = ++asked
      if (!id || !at) return void (recording.value = null)
      const page = await datasets.examples(id, at.split, at.index, 1).catch(() => null)
      if (mine === asked) recording.value = page && { ...at, levels: page.levels, seconds: page.levels.length / (page.domain.sampleRate ?? 8000) }
    },
    { immediate: true },
  )
  return { place, chosen, needed, counts, recording }
}
