import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import { catalogue } from './actions/catalogue'
import type { ActionDescription } from './actions/catalogue'
import { useAction } from './actions/useActions'
import { useShortcuts } from './actions/useShortcuts'
import { useEditing } from './useEditing'
import { useFilePicker } from './useFilePicker'
import { useProblems } from './useProblems'
import { useReport } from './useReport'
import { useTheme } from './useTheme'
import { useTour } from './useTour'
import { text } from '../strings'

/** What can be done on every page, and the keys of all that can be done. Called once. */
export function useShellActions({ palette, sheet }: { palette: Ref<boolean>; sheet: Ref<boolean> }): void {
  const router = useRouter()
  const { chooseFiles, chooseFolder } = useFilePicker()
  const { dark, choice } = useTheme()
  const { tell } = useProblems()
  const tour = useTour()
  const report = useReport()

  useAction('palette', { run: () => (palette.value = true) })
  useAction('sheet', { run: () => (sheet.value = true) })
  useAction('chooseFiles', { run: chooseFiles })
  useAction('chooseFolder', { run: chooseFolder })
  useAction('theme', { run: () => (choice.value = dark.value ? 'light' : 'dark') })
  useAction('tour', { run: tour.start })
  useAction('report', { run: report.copy, blocked: () => (report.busy.value ? text.actions.running : null) })
  useAction('search', { run: () => searchField()?.focus(), active: () => searchField() !== null })
  for (const { id, group } of catalogue as readonly ActionDescription[]) if (group === 'pages') useAction(id, { run: () => router.push({ name: id }) })
  useEditing()
  // Nothing to undo is nothing to talk about; that the page's main action has to wait is.
  useShortcuts({ onBlocked: (id, why) => id === 'main' && tell(text.actions.blockedTitle, why) })
}

/** The first field of the page that searches. */
const searchField = (): HTMLElement | null => document.querySelector<HTMLElement>('#page [data-page-search]')
