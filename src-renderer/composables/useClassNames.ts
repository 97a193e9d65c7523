import { computed } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { conditioningOf } from '../../src-main/contract'
import type { RunRecord } from '../../src-main/contract'
import { useDatasetsStore } from '../stores/datasets'

/** Names of the classes that a run's model is conditioned on, as its data set calls them; null for a model of the examples alone. */
export function useClassNames(run: Readonly<Ref<RunRecord | null>>): ComputedRef<readonly string[] | null> {
  const datasets = useDatasetsStore()
  return computed(() => {
    const conditioning = run.value && conditioningOf(run.value.model, run.value.dataset.domain)
    if (conditioning?.kind !== 'class') return null
    // The data set may be gone; its classes then keep their numbers.
    const names = datasets.byId(run.value?.dataset.id ?? null)?.labelNames
    return Array.from({ length: conditioning.classes }, (_value, index) => names?.[index] ?? String(index))
  })
}
