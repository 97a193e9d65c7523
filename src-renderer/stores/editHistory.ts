/** A change that can be taken back and made again. */
export interface Edit {
  /** In the user's words: 'rename of “MADE”'. */
  label: string
  /** Edits of the same key that follow each other closely are one, as the letters of a note are. */
  key?: string
  undo(): Promise<unknown>
  redo(): Promise<unknown>
}

export interface EditHistory {
  readonly next: { undo: string | null; redo: string | null }
  record(edit: Edit, now?: number): void
  /** Its label, or null when there was nothing to take back. A change that cannot be taken back any more is forgotten, with the error. */
  undo(): Promise<string | null>
  redo(): Promise<string | null>
}

const KEPT = 100
const TOGETHER_MILLISECONDS = 10_000

export function createEditHistory(onChange: () => void = () => {}): EditHistory {
  let past: (Edit & { at: number })[] = []
  let future: (Edit & { at: number })[] = []
  let moving = false

  async function move(back: boolean): Promise<string | null> {
    const edit = (back ? past : future).at(-1)
    if (!edit || moving) return null
    moving = true
    // Off the list at once: what fails is forgotten rather than tried for ever.
    if (back) past = past.slice(0, -1)
    else future = future.slice(0, -1)
    try {
      await (back ? edit.undo() : edit.redo())
      // What was made again is not added to by typing on.
      const moved = { ...edit, at: Number.NEGATIVE_INFINITY }
      if (back) future = [...future, moved]
      else past = [...past, moved]
      return edit.label
    } finally {
      moving = false
      onChange()
    }
  }

  return {
    get next() {
      return { undo: past.at(-1)?.label ?? null, redo: future.at(-1)?.label ?? null }
    },
    record(edit, now = Date.now()) {
      const before = past.at(-1)
      const together = before !== undefined && edit.key !== undefined && before.key === edit.key && now - before.at < TOGETHER_MILLISECONDS
      past = together ? [...past.slice(0, -1), { ...edit, undo: before.undo, at: now }] : [...past, { ...edit, at: now }].slice(-KEPT)
      future = []
      onChange()
    },
    undo: () => move(true),
    redo: () => move(false),
  }
}
