import { useEventListener } from '@vueuse/core'
import type { Router } from 'vue-router'

const pages = ['data', 'models', 'train', 'samples', 'understand', 'checkpoints', 'compare'] as const

/** 1 to 7 open the pages, Ctrl or Cmd with K the palette. */
export function usePageKeys({ router, openPalette }: { router: Router; openPalette: () => void }): void {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      openPalette()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const page = pages[Number(event.key) - 1]
    if (page && document.querySelector('[role="dialog"]') === null) void router.push({ name: page })
  })
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.getAttribute('role') === 'slider')
  )
}
