import { useToast } from '@nuxt/ui/composables'
import { isAbort, toProblem } from '../api/errors'
import type { Problem } from '../api/errors'
import { text } from '../strings'

/** Errors and good news in the user's words. */
export function useProblems() {
  const toast = useToast()

  function explain(error: unknown): Problem {
    return toProblem(error, { message: text.errors.fallback, mend: text.errors.fallbackMend, lost: text.errors.lost, lostMend: text.errors.lostMend })
  }

  function report(error: unknown, title: string = text.errors.title): void {
    if (isAbort(error)) return
    const { message, mend } = explain(error)
    toast.add({
      title,
      description: mend ? `${message} ${mend}` : message,
      color: 'error',
      icon: 'i-lucide-circle-alert',
      duration: 12_000,
      ui: { description: 'max-h-40 overflow-y-auto whitespace-pre-line [overflow-wrap:anywhere]' },
    })
  }

  function announce(title: string, options: { description?: string; action?: { label: string; run: () => void } } = {}): void {
    const { action } = options
    toast.add({
      title,
      description: options.description,
      color: 'success',
      icon: 'i-lucide-circle-check',
      // What can be taken back is read before it is clicked, on a busy machine as well.
      duration: action ? 20_000 : 6000,
      actions: action ? [{ label: action.label, color: 'neutral', variant: 'outline', onClick: action.run }] : undefined,
    })
  }

  /** Neither good news nor an error. */
  function tell(title: string, description: string): void {
    toast.add({ title, description, color: 'neutral', icon: 'i-lucide-info', duration: 6000 })
  }

  /** Runs an action and reports what it throws. True when it went well. */
  async function attempt(action: () => Promise<unknown>, title?: string): Promise<boolean> {
    try {
      await action()
      return true
    } catch (error) {
      report(error, title)
      return false
    }
  }

  return { explain, report, announce, tell, attempt }
}
