import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { createEditHistory } from './editHistory'

/** What was renamed, noted or tagged in this window, to be taken back. The builder has a history of its own. */
export const useEditsStore = defineStore('edits', () => {
  const next = shallowRef<{ undo: string | null; redo: string | null }>({ undo: null, redo: null })
  const history = createEditHistory(() => (next.value = history.next))
  return { next, record: history.record, undo: history.undo, redo: history.redo }
})
