import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { useConnectionStore } from '../stores/connection'
import { useNoteDraftsStore } from '../stores/noteDrafts'
import { mergedNotes } from './mergedNotes'

/** The notes of a run as they are typed. Where another window has written meanwhile, nothing is saved until somebody chooses. */
export function useRunNotes(run: () => RunRecord) {
  const store = useNoteDraftsStore()
  const connection = useConnectionStore()
  const savedId = shallowRef<string | null>(null)

  const draft = computed(() => store.drafts[run().id])
  const notes = computed({
    get: () => draft.value?.text ?? run().notes,
    set: (text) => {
      savedId.value = null
      store.keep(run().id, { base: draft.value?.base ?? run().notes, text })
      void later(run().id)
    },
  })
  /** What the other window has written; null where there is nothing to choose. */
  const conflict = computed(() => (draft.value && store.conflicts(run().id) ? run().notes : null))
  const state = computed<'saved' | 'waiting' | 'failed' | null>(() => {
    if (draft.value && !connection.online) return 'waiting'
    if (draft.value && store.failed) return 'failed'
    return savedId.value === run().id ? 'saved' : null
  })

  async function write(id = run().id): Promise<void> {
    if (store.drafts[id] && (await store.write(id))) savedId.value = id
  }
  const later = useDebounceFn(write, 600)

  function choose(which: 'mine' | 'theirs' | 'both'): void {
    const { id, notes: theirs } = run()
    const mine = draft.value
    if (!mine) return
    store.keep(id, which === 'theirs' ? null : { base: theirs, text: which === 'mine' ? mine.text : mergedNotes(theirs, mine.text) })
    void write(id)
  }

  watch(
    () => run().id,
    (_id, before) => void write(before),
  )
  onScopeDispose(() => void store.writeAll())

  return { notes, conflict, state, choose, write: () => write() }
}
