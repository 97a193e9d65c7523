import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { useDatasetsStore } from '../stores/datasets'
import { fill, text } from '../strings'

/** Why work that needs a run's own data cannot be done; null while the data set is there. */
export function useMissingData(run: () => RunRecord | null): ComputedRef<string | null> {
  const datasets = useDatasetsStore()
  return computed(() => {
    const known = run()
    if (!known || !datasets.loaded || datasets.byId(known.dataset.id)) return null
    return fill(text.missingData.blocked, { name: known.dataset.name })
  })
}
