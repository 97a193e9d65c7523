/** Where a text stops being JSON, and why. Lines and columns count from 1, offsets from 0. */
export interface JsonProblem {
  offset: number
  line: number
  column: number
  /** 'expected a comma or } after the value of "channels"' */
  reason: string
}

class Fault extends Error {
  constructor(
    readonly offset: number,
    reason: string,
  ) {
    super(reason)
  }
}

/** The first fault of a text that should be JSON; null when it is. (Engines word theirs differently, and some give no position.) */
export function jsonProblem(text: string): JsonProblem | null {
  try {
    const end = blank(text, value(text, blank(text, 0), 'the text'))
    if (end < text.length) throw new Fault(end, `there is ${shown(text, end)} behind the end of the value`)
    return null
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const before = text.slice(0, error.offset)
    return { offset: error.offset, line: before.split('\n').length, column: error.offset - before.lastIndexOf('\n'), reason: error.message }
  }
}

/** 'line 3, column 5: expected …' */
export const describeJsonProblem = ({ line, column, reason }: JsonProblem): string => `line ${line}, column ${column}: ${reason}`

const blank = (text: string, at: number): number => {
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++
  return at
}

const shown = (text: string, at: number): string => (at >= text.length ? 'the end of the text' : JSON.stringify(String.fromCodePoint(text.codePointAt(at)!)))

/** Nesting of a document of ours is a few levels; deeper than this, reading it would overflow the stack. */
const DEEPEST = 500

/** Reads the value that begins at `at`; `what` names it in messages. Answers where it ends. */
function value(text: string, at: number, what: string, depth = 0): number {
  if (depth > DEEPEST) throw new Fault(at, 'lists and objects are nested too deeply')
  const first = text[at]
  if (first === '{') return object(text, at, depth)
  if (first === '[') return list(text, at, what, depth)
  if (first === '"') return string(text, at)
  if (first !== undefined && /[-0-9]/.test(first)) return number(text, at)
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length
  if (first === "'") throw new Fault(at, 'texts stand in double quotes, not single ones')
  throw new Fault(at, `expected ${what === 'the text' ? 'a value' : `the value of ${what}`}, found ${shown(text, at)}`)
}

function object(text: string, from: number, depth: number): number {
  let at = blank(text, from + 1)
  if (text[at] === '}') return at + 1
  const names = new Set<string>()
  for (;;) {
    if (text[at] !== '"') throw new Fault(at, text[at] === '}' ? 'there is a comma before the closing }' : `expected a name in double quotes, found ${shown(text, at)}`)
    const end = string(text, at)
    const name = text.slice(at, end)
    if (names.has(name)) throw new Fault(at, `the name ${name} stands twice in the same object`)
    names.add(name)
    at = blank(text, end)
    if (text[at] !== ':') throw new Fault(at, `expected a colon after ${name}, found ${shown(text, at)}`)
    at = blank(text, value(text, blank(text, at + 1), name, depth + 1))
    if (text[at] === '}') return at + 1
    if (text[at] !== ',') throw new Fault(at, `expected a comma or } after the value of ${name}, found ${shown(text, at)}`)
    at = blank(text, at + 1)
  }
}

function list(text: string, from: number, what: string, depth: number): number {
  let at = blank(text, from + 1)
  if (text[at] === ']') return at + 1
  for (let count = 1; ; count++) {
    if (text[at] === ']') throw new Fault(at, 'there is a comma before the closing ]')
    at = blank(text, value(text, at, `entry ${count} of ${what}`, depth + 1))
    if (text[at] === ']') return at + 1
    if (text[at] !== ',') throw new Fault(at, `expected a comma or ] after entry ${count} of ${what}, found ${shown(text, at)}`)
    at = blank(text, at + 1)
  }
}

function string(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at]!
    if (letter === '"') return at + 1
    if (letter < ' ') throw new Fault(at, letter === '\n' ? 'a text has no closing quote on its line' : 'a text holds a control character; write it as an escape')
    if (letter !== '\\') continue
    if (!/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at + 1, at + 6))) throw new Fault(at, `there is no escape ${JSON.stringify(text.slice(at, at + 2))}`)
    at++
  }
  throw new Fault(from, 'a text has no closing quote')
}

function number(text: string, from: number): number {
  const [found] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(from, from + 400)) ?? []
  if (!found || /[\w.]/.test(text[from + found.length] ?? '')) throw new Fault(from, `${text.slice(from, from + 20).split(/[\s,\]}]/)[0]} is not a number as JSON has them`)
  return from + found.length
}
