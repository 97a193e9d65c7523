import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useHeldView } from './useHeldView'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type View = readonly [number, number] | null
function begin(first: View) {
  const view = shallowRef<View>(first)
  const others = shallowRef(0)
  const scope = effectScope()
  const chart = scope.run(() => useHeldView(view, () => others.value))!
  return { view, others, scope, ...chart }
}

it('draws a chart that is dragged anew when it rests', async () => {
  const { view, held, dragged } = begin([0, 10])
  for (const from of [1, 2, 3]) {
    dragged([from, from + 10])
    await nextTick()
    vi.advanceTimersByTime(50)
  }
  expect(view.value).toEqual([3, 13])
  expect(held.value).toEqual([0, 10])
  vi.advanceTimersByTime(1000)
  expect(held.value).toEqual([3, 13])
})

it('draws it at once where there is nothing drawn yet, for other data, and for a view that was set elsewhere', async () => {
  const { view, others, held, dragged } = begin([0, 10])
  dragged([6, 16])
  await nextTick()
  expect(held.value).toEqual([6, 16])
  dragged([7, 17])
  others.value++
  await nextTick()
  expect(held.value).toEqual([7, 17])
  view.value = [8, 18]
  await nextTick()
  expect(held.value).toEqual([8, 18])
})

it('draws nothing for a chart that has gone', async () => {
  const { held, dragged, scope } = begin([0, 10])
  dragged([1, 11])
  await nextTick()
  scope.stop()
  vi.advanceTimersByTime(1000)
  expect(held.value).toEqual([0, 10])
})
