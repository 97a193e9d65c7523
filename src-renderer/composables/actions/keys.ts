/** What of a key press matters here; a KeyboardEvent has all of it. */
export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/**
 * A press in one normal form: 'mod+shift+z', 'mod+enter', 'g', '?'. 'mod' is Ctrl, or Cmd on a Mac. Shift is named only where it does not
 * already show in the sign itself, as it does in '?'.
 */
export function chordOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const named = key.length > 1
  const letter = /^\p{L}$/u.test(key)
  const parts = [
    ...(ctrlKey || metaKey ? ['mod'] : []),
    ...(altKey ? ['alt'] : []),
    ...(shiftKey && (named || letter) ? ['shift'] : []),
    key === ' ' ? 'space' : key.toLowerCase(),
  ]
  return parts.join('+')
}

/** 'g d' are two presses, one after the other. */
export const pressesOf = (keys: string): readonly string[] => keys.split(' ')

/** Time between the presses of a sequence. */
const PATIENCE_MILLISECONDS = 1_200

export interface KeySequencer<Id extends string> {
  /** The action that this press completes, 'pending' when it begins one, else null. */
  press(chord: string, now: number): Id | 'pending' | null
  /** Presses of a sequence that has begun. */
  readonly begun: readonly string[]
  forget(): void
}

/** Tells single presses and sequences apart. A press that continues nothing begins anew. */
export function createKeySequencer<Id extends string>(bindings: readonly { id: Id; keys: readonly string[] }[]): KeySequencer<Id> {
  const sequences = bindings.flatMap(({ id, keys }) => keys.map((each) => ({ id, presses: pressesOf(each) })))
  let begun: readonly string[] = []
  let last = Number.NEGATIVE_INFINITY

  function find(presses: readonly string[]): Id | 'pending' | null {
    const fitting = sequences.filter((sequence) => presses.every((press, index) => sequence.presses[index] === press))
    const whole = fitting.find((sequence) => sequence.presses.length === presses.length)
    if (whole) return whole.id
    return fitting.length > 0 ? 'pending' : null
  }

  return {
    press(chord, now) {
      const before = now - last > PATIENCE_MILLISECONDS ? [] : begun
      last = now
      for (const presses of before.length > 0 ? [[...before, chord], [chord]] : [[chord]]) {
        const found = find(presses)
        begun = found === 'pending' ? presses : []
        if (found !== null) return found
      }
      return null
    },
    get begun() {
      return begun
    },
    forget() {
      begun = []
    },
  }
}

/** The parts of a key as they are drawn: 'mod+shift+z' → ['meta', 'shift', 'Z'], 'g d' → ['G', 'D']. Names are those of the library's key caps. */
export function keyCaps(keys: string): string[] {
  return pressesOf(keys).flatMap((press) => (press === '+' ? ['+'] : press.split('+')).map((part) => (part === 'mod' ? 'meta' : part.length === 1 ? part.toUpperCase() : part)))
}

/** As ARIA wants them: 'Control+Shift+Z', one after the other with spaces between alternatives; sequences have no form there. */
export function ariaKeys(keys: readonly string[]): string | undefined {
  const single = keys.filter((each) => pressesOf(each).length === 1)
  const named = single.map((press) =>
    press
      .split('+')
      .map((part) => (part === 'mod' ? 'Control' : part.length === 1 ? part.toUpperCase() : part[0]!.toUpperCase() + part.slice(1)))
      .join('+'),
  )
  return named.length > 0 ? named.join(' ') : undefined
}

/** What a focused element does with keys of its own: everything, letters (which choose in a list by their beginning), or nothing. */
export type KeyUse = 'text' | 'letters' | 'none'

/** Kept apart from the DOM so that it can be tested: the roles and tags from the element up to the page. */
export function keyUseOf(path: readonly { tag: string; role: string | null; type: string | null; editable: boolean }[]): KeyUse {
  const [focused] = path
  if (!focused) return 'none'
  if (focused.editable || focused.tag === 'TEXTAREA' || focused.tag === 'SELECT') return 'text'
  if (focused.tag === 'INPUT' && !['checkbox', 'radio', 'button', 'submit', 'file'].includes(focused.type ?? '')) return 'text'
  const roles = ['combobox', 'menu', 'listbox', 'slider', 'spinbutton', 'textbox', 'dialog', 'alertdialog']
  return path.some(({ role }) => role !== null && roles.includes(role)) ? 'letters' : 'none'
}
