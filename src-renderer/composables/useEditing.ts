import { useRoute } from 'vue-router'
import { useEditsStore } from '../stores/edits'
import { fill, text } from '../strings'
import { useAction } from './actions/useActions'
import { useProblems } from './useProblems'

/** Ctrl+Z and its counterpart for what was renamed, noted or tagged. Called once; the builder undoes its own edits itself. */
export function useEditing(): void {
  const edits = useEditsStore()
  const { attempt, announce } = useProblems()
  const route = useRoute()
  const words = text.actions
  const elsewhere = (): boolean => route.name !== 'builder'

  const act = (move: () => Promise<string | null>, done: string) => () =>
    attempt(async () => {
      const what = await move()
      if (what !== null) announce(fill(done, { what }))
    })

  useAction('undo', {
    run: act(edits.undo, words.undone),
    label: () => (edits.next.undo === null ? words.names.undo : fill(words.undoWhat, { what: edits.next.undo })),
    active: elsewhere,
    blocked: () => (edits.next.undo === null ? words.nothingToUndo : null),
  })
  useAction('redo', {
    run: act(edits.redo, words.redone),
    label: () => (edits.next.redo === null ? words.names.redo : fill(words.redoWhat, { what: edits.next.redo })),
    active: elsewhere,
    blocked: () => (edits.next.redo === null ? words.nothingToRedo : null),
  })
}
