import { useEventListener } from '@vueuse/core'
import { useLogStore } from '../stores/log'

/** At most so many in the life of a window: a fault in a loop must not fill the log. */
const MOST = 50

/** Faults of this window go into the studio's log, where a report finds them. Called once. */
export function useFaultNotes(): void {
  const log = useLogStore()
  let noted = 0
  function note(fault: unknown): void {
    if (noted++ >= MOST) return
    void log.note('error', fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)).catch(() => undefined)
  }
  useEventListener(window, 'error', (event: ErrorEvent) => {
    // A browser's way of saying that a size is told a frame later: nothing has failed.
    if (!event.message.startsWith('ResizeObserver loop')) note(event.error ?? event.message)
  })
  useEventListener(window, 'unhandledrejection', (event: PromiseRejectionEvent) => note(event.reason))
}
