import { useSessionStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useConnectionStore } from './connection'
import { useRunsStore } from './runs'

/** What was typed and is not kept by the studio yet, and the notes that it was typed over. */
export interface NoteDraft {
  base: string
  text: string
}

/** Notes of runs on their way to the studio. A draft outlives the page, a lost connection and a reload of the window. */
export const useNoteDraftsStore = defineStore('noteDrafts', () => {
  const runs = useRunsStore()
  const connection = useConnectionStore()
  const drafts = useSessionStorage<Record<string, NoteDraft>>('chainrule:note-drafts', {})
  /** Why the last attempt failed. */
  const failed = shallowRef<unknown>(null)
  /** Texts that are being written: what comes back as the run's notes is then no other window's. */
  const sent = new Map<string, string>()

  /** Another window has written notes that are neither those typed over nor those typed. */
  function conflicts(id: string): boolean {
    const draft = drafts.value[id]
    const now = runs.byId(id)?.notes
    return draft !== undefined && now !== undefined && now !== draft.base && now !== draft.text && now !== sent.get(id)
  }

  function keep(id: string, next: NoteDraft | null): void {
    const { [id]: _before, ...others } = drafts.value
    drafts.value = next === null ? others : { ...others, [id]: next }
  }

  /** True when the studio has all of it. */
  async function write(id: string): Promise<boolean> {
    const known = runs.byId(id)
    const mine = drafts.value[id]
    if (!known || !mine || sent.has(id) || !connection.online || conflicts(id)) return false
    if (mine.text === known.notes) {
      keep(id, null)
      return true
    }
    sent.set(id, mine.text)
    try {
      await runs.update(id, { notes: mine.text, notesBefore: mine.base })
      failed.value = null
      // More may have been typed while it was written.
      const now = drafts.value[id]
      keep(id, !now || now.text === mine.text ? null : { base: mine.text, text: now.text })
    } catch (error) {
      // The draft stays. Where another window was faster, its notes arrive by themselves and are shown.
      failed.value = error
      return false
    } finally {
      sent.delete(id)
    }
    return drafts.value[id] ? write(id) : true
  }

  async function writeAll(): Promise<void> {
    for (const id of Object.keys(drafts.value)) await write(id)
  }

  return { drafts, failed, conflicts, keep, write, writeAll }
})
