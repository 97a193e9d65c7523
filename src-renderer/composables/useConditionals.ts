import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { CheckpointSelector, ExampleConditionals, RunRecord } from '../../src-main/contract'
import { conditionalTable } from '../charts/conditionals'
import type { ConditionalTable } from '../charts/conditionals'
import { useUnderstandingStore } from '../stores/understanding'
import type { Understanding } from './useUnderstanding'

/** The conditionals of the chosen example, under the checkpoint and, for a difference, under another one. Asked for once; every pixel is then read here. */
export function useConditionals(run: Readonly<Ref<RunRecord>>, { chosen, checkpoint, weights }: Understanding) {
  const store = useUnderstandingStore()
  const answer = shallowRef<ExampleConditionals | null>(null)
  const table = shallowRef<ConditionalTable | null>(null)
  const other = shallowRef<ConditionalTable | null>(null)
  /** Step of the checkpoint that is subtracted. */
  const against = shallowRef<number | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = shallowRef(false)
  watch(
    () => run.value.id,
    () => (against.value = null),
  )

  const ask = (at: CheckpointSelector): Promise<ExampleConditionals> =>
    store.conditionalsOf({ runId: run.value.id, checkpoint: at, weights: weights.value ?? undefined, ...chosen.value! })

  let asked = 0
  watch(
    [chosen, checkpoint, weights, against, () => run.value.id, () => run.value.best?.step],
    async () => {
      const mine = ++asked
      error.value = null
      if (!chosen.value) {
        answer.value = table.value = other.value = null
        return
      }
      loading.value = true
      try {
        const found = await ask(checkpoint.value)
        const beside = against.value === null ? null : await ask(against.value)
        if (mine !== asked) return
        answer.value = found
        table.value = conditionalTable(found)
        other.value = beside && conditionalTable(beside)
      } catch (problem) {
        if (mine === asked) error.value = problem
      } finally {
        if (mine === asked) loading.value = false
      }
    },
    { immediate: true },
  )

  return { answer: computed(() => answer.value), table, other, against, error, loading }
}
