import { useDebounceFn, useSessionStorage } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { useConnectionStore } from '../stores/connection'
import { useRunsStore } from '../stores/runs'
import { mergedNotes } from './mergedNotes'

/** What was typed and is not kept by the studio yet, and the notes that it was typed over. */
interface Draft {
  base: string
  text: string
}

/**
 * The notes of a run as they are typed. A draft outlives the page, a lost connection and a reload, until the studio has it; where another window has
 * written meanwhile, nothing is saved until somebody chooses.
 */
export function useRunNotes(run: () => RunRecord) {
  const runs = useRunsStore()
  const connection = useConnectionStore()
  const drafts = useSessionStorage<Record<string, Draft>>('chainrule:note-drafts', {})
  const savedId = shallowRef<string | null>(null)
  const failed = shallowRef<unknown>(null)
  /** Texts that are on their way: what comes back as the run's notes is then no other window's. */
  const sent = new Map<string, string>()

  const draft = computed(() => drafts.value[run().id])
  const notes = computed({
    get: () => draft.value?.text ?? run().notes,
    set: (text) => {
      savedId.value = null
      keep(run().id, { base: draft.value?.base ?? run().notes, text })
      void later(run().id)
    },
  })
  /** What the other window has written; null where there is nothing to choose. */
  const conflict = computed(() => (draft.value && isConflict(run().id, draft.value, run().notes) ? run().notes : null))
  const state = computed<'saved' | 'waiting' | 'failed' | null>(() => {
    if (draft.value && !connection.online) return 'waiting'
    if (draft.value && failed.value) return 'failed'
    return savedId.value === run().id ? 'saved' : null
  })

  function isConflict(id: string, { base, text }: Draft, now: string): boolean {
    return now !== base && now !== text && now !== sent.get(id)
  }
  function keep(id: string, next: Draft | null): void {
    const { [id]: _before, ...others } = drafts.value
    drafts.value = next === null ? others : { ...others, [id]: next }
  }

  async function write(id: string): Promise<void> {
    const known = runs.byId(id)
    const mine = drafts.value[id]
    if (!known || !mine || sent.has(id) || !connection.online || isConflict(id, mine, known.notes)) return
    if (mine.text === known.notes) return keep(id, null)
    sent.set(id, mine.text)
    try {
      await runs.update(id, { notes: mine.text, notesBefore: mine.base })
      failed.value = null
      // More may have been typed while it was written.
      const now = drafts.value[id]
      const done = now?.text === mine.text
      keep(id, done || !now ? null : { base: mine.text, text: now.text })
      if (done) savedId.value = id
    } catch (error) {
      // The draft stays. Where another window was faster, its notes arrive by themselves and are shown.
      failed.value = error
    } finally {
      sent.delete(id)
    }
    const left = drafts.value[id]
    if (left && failed.value === null) void later(id)
  }
  const later = useDebounceFn(write, 600)

  function choose(which: 'mine' | 'theirs' | 'both'): void {
    const { id, notes: theirs } = run()
    const mine = drafts.value[id]
    if (!mine) return
    keep(id, which === 'theirs' ? null : { base: theirs, text: which === 'mine' ? mine.text : mergedNotes(theirs, mine.text) })
    void write(id)
  }

  const writeAll = (): void => Object.keys(drafts.value).forEach((id) => void write(id))
  // Also what an earlier page of this tab has left.
  watch(
    () => connection.online && runs.loaded,
    (ready) => ready && writeAll(),
    { immediate: true },
  )
  watch(
    () => run().id,
    (_id, before) => void write(before),
  )
  onScopeDispose(writeAll)

  return { notes, conflict, state, choose, write: () => write(run().id) }
}
