import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { nextTurn } from '../charts/turns'

/** What each of `count` followers holds of a value that changes in every frame: one of them takes it on in a frame, so that many cost what one does. */
export function useTurns<Value>(value: () => Value, count: () => number): Readonly<ShallowRef<readonly Value[]>> {
  const values = shallowRef<readonly Value[]>(Array.from({ length: count() }, value))
  let next = 0
  let frame = 0

  function turn(): void {
    frame = 0
    const now = value()
    const place = nextTurn(values.value, now, next)
    if (place < 0) return
    next = place + 1
    values.value = values.value.map((own, index) => (index === place ? now : own))
    frame = requestAnimationFrame(turn)
  }
  watch(value, () => (frame ||= requestAnimationFrame(turn)))
  watch(count, (length) => (values.value = Array.from({ length }, (_value, index) => (index < values.value.length ? values.value[index]! : value()))))
  onScopeDispose(() => cancelAnimationFrame(frame))

  return values
}
