import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useRunsStore } from '../stores/runs'
import { useWorkbenchStore } from '../stores/workbench'

/**
 * The run that Train, Samples, Understand and Checkpoints talk about: the one in the address, else the last one looked at, else the
 * one that trains, else the newest.
 */
export function useCurrentRun(page: 'train' | 'samples' | 'understand' | 'checkpoints') {
  const route = useRoute()
  const router = useRouter()
  const runs = useRunsStore()
  const workbench = useWorkbenchStore()

  const runId = computed<string | null>({
    get: () => {
      const named = typeof route.params.id === 'string' && route.params.id !== '' ? route.params.id : null
      for (const id of [named, workbench.runId]) if (id !== null && runs.byId(id)) return id
      return (runs.active ?? runs.runs[0])?.id ?? null
    },
    set: (id) => {
      workbench.runId = id
      void router.replace({ name: page, params: id === null ? {} : { id } })
    },
  })
  const run = computed(() => runs.byId(runId.value))
  watch(
    runId,
    (id) => {
      if (id !== null && route.name === page) workbench.runId = id
    },
    { immediate: true },
  )

  return { runId, run }
}
