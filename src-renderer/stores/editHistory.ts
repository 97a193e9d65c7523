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

type Listed = Edit & { at: number }

const KEPT = 100
const TOGETHER_MILLISECONDS = 10_000

export function createEditHistory(onChange: () => void = () => {}): EditHistory {
  let past: Listed[] = []
  let future: Listed[] = []
  let last: Promise<unknown> = Promise.resolve()
  const failed = new WeakSet<Listed>()

  /** Listed as moved at once, carried out one after another: keys pressed while a change is still being taken back find it and wait for it. */
  function move(back: boolean): Promise<string | null> {
    const edit = (back ? past : future).at(-1)
    if (!edit) return Promise.resolve(null)
    // What was made again is not added to by typing on.
    edit.at = Number.NEGATIVE_INFINITY
    if (back) [past, future] = [past.slice(0, -1), [...future, edit]]
    else [past, future] = [[...past, edit], future.slice(0, -1)]
    onChange()
    const turn = last.then(() => carryOut(edit, back))
    last = turn.catch(() => null)
    return turn
  }

  async function carryOut(edit: Listed, back: boolean): Promise<string | null> {
    if (failed.has(edit)) return null
    try {
      await (back ? edit.undo() : edit.redo())
      return edit.label
    } catch (error) {
      // Forgotten rather than tried for ever.
      failed.add(edit)
      past = past.filter((other) => other !== edit)
      future = future.filter((other) => other !== edit)
      onChange()
      throw error
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
