import type { JsonProblem } from '../../../src-main/contract/jsonProblem'
import { jsonProblem } from '../../../src-main/contract/jsonProblem'

/** JSON that knows where everything stands, so that what is wrong with a value can be shown beside it. Pure. */
export interface TextRange {
  from: number
  to: number
}

export type ParsedJson =
  | { ok: true; value: unknown; /** By path, as 'config.blocks.3.kernel'; '' is the whole. */ ranges: ReadonlyMap<string, TextRange> }
  | { ok: false; problem: JsonProblem }

/** Line and column, both from 1, of a place in a text. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

export function parseJsonText(text: string): ParsedJson {
  const problem = jsonProblem(text)
  return problem ? { ok: false, problem } : { ok: true, value: JSON.parse(text) as unknown, ranges: rangesOf(text) }
}

/** Where each value of a valid text stands. */
function rangesOf(text: string): Map<string, TextRange> {
  const ranges = new Map<string, TextRange>()
  const pattern = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]]+|[,:{}[\]]/g
  let token = pattern.exec(text)

  const below = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
  function advance(): number {
    const end = token!.index + token![0].length
    token = pattern.exec(text)
    return end
  }
  function value(path: string): void {
    const from = token!.index
    const open = token![0]
    let to = advance()
    if (open === '{' || open === '[') to = inside(path, open === '{')
    ranges.set(path, { from, to })
  }
  /** Up to the closing bracket, whose end is answered. */
  function inside(path: string, named: boolean): number {
    for (let index = 0; ; index++) {
      if (token![0] === '}' || token![0] === ']') return advance()
      if (token![0] === ',') advance()
      if (named) {
        const name = JSON.parse(token![0]) as string
        advance()
        advance()
        value(below(path, name))
      } else value(below(path, index))
    }
  }
  value('')
  return ranges
}

const MOST_COLUMNS = 100

/** JSON as people write it: what is short stands in one line, so that a block is a line. */
export function formatJson(value: unknown, indent = ''): string {
  const flat = flatJson(value)
  if (typeof value !== 'object' || value === null) return flat
  const nested = Object.values(value).some((entry) => typeof entry === 'object' && entry !== null)
  if (!nested && indent.length + flat.length <= MOST_COLUMNS) return flat
  const inner = `${indent}  `
  const entries = Array.isArray(value)
    ? value.map((entry) => inner + formatJson(entry, inner))
    : definedEntries(value).map(([name, entry]) => `${inner}${JSON.stringify(name)}: ${formatJson(entry, inner)}`)
  if (entries.length === 0) return flat
  return Array.isArray(value) ? `[\n${entries.join(',\n')}\n${indent}]` : `{\n${entries.join(',\n')}\n${indent}}`
}

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = definedEntries(value)
  return entries.length === 0 ? '{}' : `{ ${entries.map(([name, entry]) => `${JSON.stringify(name)}: ${flatJson(entry)}`).join(', ')} }`
}

const definedEntries = (value: object): [string, unknown][] => Object.entries(value).filter(([, entry]) => entry !== undefined)
