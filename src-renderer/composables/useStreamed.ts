import { computed, onScopeDispose, shallowRef } from 'vue'
import { useProblems } from './useProblems'

export type OnProgress = (done: number, total: number) => void

/** A request that reports its progress and can be cancelled; leaving the page cancels it. One at a time. */
export function useStreamed() {
  const { report } = useProblems()
  const progress = shallowRef<{ done: number; total: number } | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = computed(() => progress.value !== null)
  let abort: AbortController | null = null
  onScopeDispose(() => abort?.abort())

  /** True when it went well. */
  async function run(ask: (onProgress: OnProgress, signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    const mine = (abort = new AbortController())
    progress.value = { done: 0, total: 0 }
    error.value = null
    try {
      await ask((done, total) => {
        if (abort === mine && !mine.signal.aborted) progress.value = { done, total }
      }, mine.signal)
      return true
    } catch (problem) {
      if (!mine.signal.aborted) {
        error.value = problem
        report(problem)
      }
      return false
    } finally {
      if (abort === mine) progress.value = null
    }
  }

  function cancel(): void {
    abort?.abort()
    abort = null
    progress.value = null
  }

  return { progress, busy, error, run, cancel }
}
