import { useEventListener } from '@vueuse/core'
import { nextTick, onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'

interface FullScreenOptions {
  /** What fills the screen. */
  element: Readonly<Ref<HTMLElement | null>>
  /** Keys while it fills the screen, besides those; true when it was one of them. */
  onKey: (event: KeyboardEvent) => boolean
}

/** Fills the window with one element, and the screen where the browser allows it. F and Escape end it. */
export function useFullScreen({ element, onKey }: FullScreenOptions) {
  const full = shallowRef(false)
  let before: Element | null = null

  async function enter(): Promise<void> {
    before = document.activeElement
    full.value = true
    await nextTick()
    element.value?.focus()
    // The whole page, not the element: menus and messages lie beside it.
    await document.documentElement.requestFullscreen?.().catch(() => undefined)
  }
  async function leave(): Promise<void> {
    if (!full.value) return
    full.value = false
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined)
    await nextTick()
    if (before instanceof HTMLElement) before.focus()
  }

  useEventListener(document, 'fullscreenchange', () => {
    if (!document.fullscreenElement) void leave()
  })
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const dialog = document.querySelector('[role="dialog"]')
    // A dialog above keeps its keys.
    if (dialog && dialog !== element.value) return
    if (!full.value || isTyping(event.target)) return
    const leaves = event.key === 'Escape' || event.key.toLowerCase() === 'f'
    if (leaves) void leave()
    if (leaves || onKey(event)) event.preventDefault()
  })

  /** What lies behind cannot be reached. */
  const setBehind = (inert: boolean): void => void document.getElementById('app')?.toggleAttribute('inert', inert)
  watch(full, setBehind, { flush: 'post' })
  onScopeDispose(() => {
    setBehind(false)
    if (full.value && document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
  })

  return { full, enter, leave }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.getAttribute('role') === 'combobox')
