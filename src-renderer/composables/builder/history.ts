/**
 * Undo and redo as plain values: a history is never changed, every operation answers a new one. Pure, so that it can be tested
 * without a window.
 */
export interface Step<State> {
  state: State
  /** What was done, in words: 'Move Gated layer'. */
  label: string
}

export interface History<State> {
  /** Oldest first; each with the label of the change that led away from it. */
  past: readonly Step<State>[]
  present: State
  /** Next first; each with the label of the change that leads to it. */
  future: readonly Step<State>[]
  /** What the last change may be joined with, and when it was made (milliseconds); null after undo and redo. */
  last: { merge: string; at: number } | null
}

export interface Change {
  label: string
  /** Changes that follow each other under one key, as letters typed into one field, are one step. */
  merge?: string
  /** Milliseconds, of any clock. */
  at?: number
}

/** Older steps are forgotten. */
const MOST_STEPS = 200
/** Changes of one field that are further apart are steps of their own. */
const PAUSE = 1500

export function beginHistory<State>(state: State): History<State> {
  return { past: [], present: state, future: [], last: null }
}

/** The same object as the present state is no change. What had been undone can no longer be redone. */
export function record<State>(history: History<State>, state: State, { label, merge, at = 0 }: Change): History<State> {
  if (state === history.present) return history
  const { last } = history
  const joined = merge !== undefined && last !== null && last.merge === merge && at - last.at <= PAUSE && history.past.length > 0
  const past = joined ? history.past : [...history.past, { state: history.present, label }].slice(-MOST_STEPS)
  return { past, present: state, future: [], last: merge === undefined ? null : { merge, at } }
}

export function undo<State>(history: History<State>): History<State> {
  const before = history.past.at(-1)
  if (!before) return history
  return {
    past: history.past.slice(0, -1),
    present: before.state,
    future: [{ state: history.present, label: before.label }, ...history.future],
    last: null,
  }
}

export function redo<State>(history: History<State>): History<State> {
  const [next, ...future] = history.future
  if (!next) return history
  return { past: [...history.past, { state: history.present, label: next.label }], present: next.state, future, last: null }
}

/** What an undo would take back, and a redo do again; null when there is nothing. */
export function nextSteps<State>(history: History<State>): { undo: string | null; redo: string | null } {
  return { undo: history.past.at(-1)?.label ?? null, redo: history.future[0]?.label ?? null }
}
