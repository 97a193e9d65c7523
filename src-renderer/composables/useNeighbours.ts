import { useStorage } from '@vueuse/core'
import { computed, onMounted, shallowRef } from 'vue'
import type { RunRecord, SampleSet } from '../../src-main/contract'
import { useUnderstandingStore } from '../stores/understanding'
import type { Understanding } from './useUnderstanding'
import { useStreamed } from './useStreamed'

/** Draws samples, or takes those that another page handed over, and searches the training split for what lies nearest to each. */
export function useNeighbours(run: () => RunRecord, { checkpoint, weights }: Understanding) {
  const store = useUnderstandingStore()
  const { progress, error, run: stream, cancel } = useStreamed()
  const settings = useStorage('chainrule:neighbours', { count: 16, nearest: 5, seed: 0 }, undefined, { mergeDefaults: true })
  const phase = shallowRef<'drawing' | 'searching'>('drawing')
  const shown = computed(() => store.found.get(run().id) ?? null)

  function find(): Promise<boolean> {
    const { count, seed, nearest } = settings.value
    return stream(async (onProgress, signal) => {
      phase.value = 'drawing'
      const set = await store.draw({ runId: run().id, checkpoint: checkpoint.value, weights: weights.value ?? undefined, count, seed }, onProgress, signal)
      if (set) await search(set, nearest, onProgress, signal)
    })
  }

  async function search(set: SampleSet, nearest: number, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<void> {
    phase.value = 'searching'
    await store.neighbours(set, run().dataset.id, nearest, onProgress, signal)
  }

  onMounted(() => {
    const set = store.asked
    store.asked = null
    if (set?.recipe.runId === run().id) void stream((onProgress, signal) => search(set, settings.value.nearest, onProgress, signal))
  })

  return { settings, shown, phase, progress, error, find, cancel }
}
