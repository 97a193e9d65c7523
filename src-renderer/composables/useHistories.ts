import { computed, onScopeDispose, shallowReactive, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { MetricHistory } from '../charts/series'
import { useMetricsStore } from '../stores/metrics'

/** Metric histories of the given runs, followed for as long as they are asked for. */
export function useHistories(runIds: Readonly<Ref<readonly string[]>>) {
  const metrics = useMetricsStore()
  const held = shallowReactive(new Map<string, ShallowRef<MetricHistory>>())

  watch(
    runIds,
    (ids) => {
      for (const id of ids) if (!held.has(id)) held.set(id, metrics.watch(id))
      for (const id of [...held.keys()]) {
        if (ids.includes(id)) continue
        held.delete(id)
        metrics.release(id)
      }
    },
    { immediate: true },
  )

  onScopeDispose(() => {
    for (const id of held.keys()) metrics.release(id)
  })

  const histories = computed(() => new Map([...held].map(([id, history]) => [id, history.value])))
  return { histories }
}
