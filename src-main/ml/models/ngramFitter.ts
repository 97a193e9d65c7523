import type { NgramConfig, NgramSizes } from '../../contract/inspect/ngram'
import type { Fitter } from './model'
import { packTrie } from './ngramTrie'
import type { Contexts } from './ngramTrie'
import { smoothedContexts } from './ngramSmoothing'

/** Values that are counted at most: their sorted keys take eight bytes each, twice. */
const MOST_VALUES = 2 ** 26

/**
 * Counts n-grams length by length: every position knows the node of its context; sorting (node, value one further back, next value) gives at
 * once the contexts of the next length, how often each was followed by which value, and in how many longer contexts a value occurs. Where
 * there is no room left, the rarest contexts of a length are left out. `ordering` null: as the values come.
 */
export function ngramFitter(config: NgramConfig, levels: number, sizes: NgramSizes, ordering: Int32Array | null): Fitter {
  const sequences: Uint16Array[] = []
  let values = 0
  const chosen: Record<string, number> = {}
  return {
    chosen,
    add(x, rows) {
      const length = x.length / rows
      const tokens = new Uint16Array(rows * (length + 1))
      for (let row = 0; row < rows; row++) {
        const from = row * (length + 1)
        tokens[from] = levels
        for (let step = 0; step < length; step++) tokens[from + 1 + step] = x[row * length + (ordering ? ordering[step]! : step)]!
      }
      values += rows * length
      if (values > MOST_VALUES) throw new Error(`The n-gram counts at most ${MOST_VALUES.toLocaleString('en-US')} values of the training split. Import less of the data, or choose the Markov chain.`)
      sequences.push(tokens)
    },
    async finish(breathe) {
      if (values === 0) throw new Error('There are no training examples to count.')
      const counted = await countContexts(joined(sequences), levels, config.n, sizes, breathe)
      sequences.length = 0
      const { backOff, weight, discounts } = smoothedContexts(counted, config, levels, sizes)
      await breathe()
      chosen.contexts = counted.count
      chosen.entries = counted.entryStart[counted.count]!
      discounts.forEach((discount, length) => {
        chosen[`discount.${length}`] = discount
      })
      return { backOff, weight, ...packTrie(counted, sizes) }
    },
  }
}

/** Contexts with how often each was followed by what. */
export interface CountedContexts extends Contexts {
  /** Values of each context. */
  length: Uint8Array
  /** Of each entry. */
  counts: Uint32Array
  /** In how many contexts of one value more the entry's value occurs; 0 where no longer one was looked at. */
  within: Uint32Array
}

function joined(parts: readonly Uint16Array[]): Uint16Array {
  const whole = new Uint16Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

type Breathe = () => Promise<void>

/** All contexts that are kept, numbered level by level. `tokens`: sequences, each after a start symbol K. */
async function countContexts(tokens: Uint16Array, K: number, n: number, sizes: NgramSizes, breathe: Breathe): Promise<CountedContexts> {
  const contexts: CountedContexts = {
    count: 0,
    parent: new Int32Array(sizes.contexts),
    symbol: new Uint16Array(sizes.contexts),
    length: new Uint8Array(sizes.contexts),
    entryStart: new Int32Array(sizes.contexts + 1),
    level: new Uint16Array(sizes.entries),
    counts: new Uint32Array(sizes.entries),
    within: new Uint32Array(sizes.entries),
  }
  // The node of the context of each position, −1 where it is not kept or the position is a start.
  const nodeOf = Int32Array.from(tokens, (token) => (token === K ? -1 : 0))
  eachRun(sortedKeys(nodeOf, tokens, K, 0), K, (run) => addContext(contexts, run, { parent: -1, symbol: 0, length: 0 }))
  await breathe()
  let known = 0
  for (let length = 1; length < n && known < contexts.count; length++) {
    known = contexts.count
    const keys = sortedKeys(nodeOf, tokens, K, length)
    await breathe()
    const least = leastTotal(keys, K, { contexts: sizes.contexts - contexts.count, entries: sizes.entries - contexts.entryStart[contexts.count]! })
    const kept: number[] = []
    eachRun(keys, K, (run) => {
      const parent = Math.floor(run.context / (K + 1))
      markWithin(contexts, parent, run)
      if (run.total < least) return
      kept.push(run.context)
      addContext(contexts, run, { parent, symbol: run.context - parent * (K + 1), length })
    })
    await breathe()
    const numbers = Float64Array.from(kept)
    for (let at = 0; at < nodeOf.length; at++) {
      const node = nodeOf[at]!
      if (node < 0) continue
      const place = reachesStart(tokens, K, at, length) ? -1 : placeIn(numbers, node * (K + 1) + tokens[at - length]!)
      nodeOf[at] = place < 0 ? -1 : known + place
    }
    await breathe()
  }
  return contexts
}

/** Whether the context of one value less reaches the start of the sequence already, so that nothing lies before it. */
const reachesStart = (tokens: Uint16Array, K: number, at: number, length: number): boolean => length > 1 && tokens[at - length + 1] === K

/**
 * Keys (context, next value) of all positions whose context is kept, sorted; a context of `length` values is (node of the shorter one, value one
 * further back). Whole numbers below 2⁵³.
 */
function sortedKeys(nodeOf: Int32Array, tokens: Uint16Array, K: number, length: number): Float64Array {
  const keys = new Float64Array(nodeOf.length)
  let used = 0
  for (let at = 0; at < nodeOf.length; at++) {
    const node = nodeOf[at]!
    if (node < 0 || reachesStart(tokens, K, at, length)) continue
    keys[used++] = (length === 0 ? 0 : node * (K + 1) + tokens[at - length]!) * K + tokens[at]!
  }
  return keys.subarray(0, used).sort()
}

/** What followed one context; valid until the next. */
interface Run {
  context: number
  levels: number[]
  counts: number[]
  total: number
}

function eachRun(keys: Float64Array, K: number, visit: (run: Run) => void): void {
  for (let at = 0; at < keys.length;) {
    const context = Math.floor(keys[at]! / K)
    const run: Run = { context, levels: [], counts: [], total: 0 }
    const beyond = (context + 1) * K
    while (at < keys.length && keys[at]! < beyond) {
      const key = keys[at]!
      const from = at
      while (at < keys.length && keys[at] === key) at++
      run.levels.push(key - context * K)
      run.counts.push(at - from)
      run.total += at - from
    }
    visit(run)
  }
}

function addContext(contexts: CountedContexts, run: Run, { parent, symbol, length }: { parent: number; symbol: number; length: number }): void {
  const node = contexts.count++
  const from = contexts.entryStart[node]!
  contexts.parent[node] = parent
  contexts.symbol[node] = symbol
  contexts.length[node] = length
  contexts.level.set(run.levels, from)
  contexts.counts.set(run.counts, from)
  contexts.entryStart[node + 1] = from + run.levels.length
}

/** One more longer context in which these values occur; both lists rise. */
function markWithin({ entryStart, level, within }: CountedContexts, node: number, { levels }: Run): void {
  let at = entryStart[node]!
  for (const value of levels) {
    while (level[at]! < value) at++
    within[at] = within[at]! + 1
  }
}

/** How often a context must have been seen for all of its kind to find room; of those seen equally often all stay or none. */
function leastTotal(keys: Float64Array, K: number, room: { contexts: number; entries: number }): number {
  const seen = new Map<number, { contexts: number; entries: number }>()
  eachRun(keys, K, ({ total, levels }) => {
    const like = seen.get(total) ?? { contexts: 0, entries: 0 }
    like.contexts += 1
    like.entries += levels.length
    seen.set(total, like)
  })
  let [contexts, entries, least] = [0, 0, Infinity]
  for (const [total, like] of [...seen].sort(([a], [b]) => b - a)) {
    contexts += like.contexts
    entries += like.entries
    if (contexts > room.contexts || entries > room.entries) break
    least = total
  }
  return least
}

/** Where a number stands in a rising list; −1 when it is not there. */
function placeIn(numbers: Float64Array, wanted: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return numbers[low] === wanted ? low : -1
}
