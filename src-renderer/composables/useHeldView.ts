import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { drawnAround } from '../charts/curveSeries'

type View = readonly [number, number] | null

/** Milliseconds without a move after which a view is at rest: a hand that drags slowly moves more often. */
const REST = 200

/**
 * The view that a chart is drawn for, behind the one that is shown. A chart that is dragged moves by itself what it has drawn, so it is drawn
 * anew only when it rests, when something that was not drawn comes in sight, or when `others` change; a view that was set elsewhere holds at once.
 */
export function useHeldView(view: Ref<View>, others: () => unknown): { held: Readonly<ShallowRef<View>>; dragged: (to: View) => void } {
  const held = shallowRef<View>(view.value)
  let byHand: View = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(): void {
    clearTimeout(timer)
    held.value = view.value
  }
  /** The chart has moved itself to there. */
  function dragged(to: View): void {
    byHand = to
    view.value = to
  }
  watch(view, (now) => {
    if (now === null || now !== byHand || !isDrawn(now, held.value)) return settle()
    clearTimeout(timer)
    timer = setTimeout(settle, REST)
  })
  watch(others, settle)
  onScopeDispose(() => clearTimeout(timer))

  return { held, dragged }
}

/** Whether a chart that was drawn for `held` has the lines of `now`. */
function isDrawn(now: readonly [number, number], held: View): boolean {
  if (held === null) return true
  const [from, to] = drawnAround(held)
  return now[0] >= from && now[1] <= to
}
