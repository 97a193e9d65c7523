import { useEventListener } from '@vueuse/core'
import { computed, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import { edgeScroll, slotAt } from './chainSlots'

/** What is held: a block of the chain, or a new one from the palette. */
export type Held = { from: 'chain'; key: number; label: string } | { from: 'palette'; kind: string; label: string }

export interface ChainDragOptions {
  /** The element whose children are the blocks, and the one that scrolls. */
  list: Readonly<ShallowRef<HTMLElement | null>>
  scroller: Readonly<ShallowRef<HTMLElement | null>>
  drop(held: Held, slot: number): void
}

/** A press that moves less than this is a click. */
const LEAST_WAY = 5

/** Blocks held with the pointer (mouse, pen, finger) over a vertical chain. Escape lets go without dropping. */
export function useChainDrag({ list, scroller, drop }: ChainDragOptions) {
  const pressed = shallowRef<{ held: Held; x: number; y: number } | null>(null)
  const point = shallowRef<{ x: number; y: number } | null>(null)
  const slot = shallowRef<number | null>(null)
  const held = computed(() => (point.value ? (pressed.value?.held ?? null) : null))
  let frame = 0

  function press(event: PointerEvent, what: Held): void {
    if (event.button !== 0) return
    pressed.value = { held: what, x: event.clientX, y: event.clientY }
  }

  function release(): void {
    cancelAnimationFrame(frame)
    pressed.value = null
    point.value = null
    slot.value = null
  }

  function aim(): void {
    const area = scroller.value?.getBoundingClientRect()
    const at = point.value
    if (!area || !at) return
    // Beside the list nothing falls into it.
    const over = at.x >= area.left && at.x <= area.right && at.y >= area.top - 40 && at.y <= area.bottom + 40
    const blocks = [...(list.value?.querySelectorAll('[data-block]') ?? [])]
    slot.value = over ? slotAt(blocks.map((block) => block.getBoundingClientRect()), at.y) : null
  }

  function scroll(): void {
    const element = scroller.value
    if (!element || !point.value) return
    const by = slot.value === null ? 0 : edgeScroll(element.getBoundingClientRect(), point.value.y)
    if (by !== 0) {
      element.scrollTop += by
      aim()
    }
    frame = requestAnimationFrame(scroll)
  }

  useEventListener(window, 'pointermove', (event: PointerEvent) => {
    const start = pressed.value
    if (!start) return
    if (!point.value && Math.hypot(event.clientX - start.x, event.clientY - start.y) < LEAST_WAY) return
    if (!point.value) {
      frame = requestAnimationFrame(scroll)
      getSelection()?.removeAllRanges()
    }
    point.value = { x: event.clientX, y: event.clientY }
    aim()
    event.preventDefault()
  })
  useEventListener(window, 'pointerup', () => {
    const [what, where] = [held.value, slot.value]
    if (what) swallowClick()
    release()
    if (what && where !== null) drop(what, where)
  })
  useEventListener(window, ['pointercancel', 'blur'], release)
  useEventListener(
    window,
    'keydown',
    (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !held.value) return
      event.stopPropagation()
      release()
    },
    { capture: true },
  )

  return { held, point, slot, press }
}

/** The click that the browser makes of the release is no click on what lies below. */
function swallowClick(): void {
  const stop = (event: Event): void => {
    event.stopPropagation()
    event.preventDefault()
  }
  window.addEventListener('click', stop, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }), 0)
}
