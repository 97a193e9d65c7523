import type { NgramConfig, NgramSizes } from '../../contract/inspect/ngram'
import type { CountedContexts } from './ngramFitter'

export interface Smoothed {
  /** log λ/(1 − λ) of each context, [N]. */
  backOff: Float32Array
  /** log q(v | c) of each entry, [E]. */
  weight: Float32Array
  /** Of each length; empty for additive smoothing. */
  discounts: number[]
}

/**
 * Interpolated smoothing of every context (Chen & Goodman 1999, section 2). Absolute: p = max(n − d, 0)/n(c) + d N₁₊(c)/n(c) p′, so λ = d N₁₊/n(c) and
 * q(v | c) = (n − d)/(n(c) − d N₁₊). Kneser–Ney takes for n, in contexts that longer ones were made of, the number of longer contexts in which a
 * value occurs. Additive: p = (n + αK p′)/(n(c) + αK), so λ = αK/(n(c) + αK).
 */
export function smoothedContexts(
  contexts: CountedContexts,
  config: Pick<NgramConfig, 'n' | 'smoothing' | 'discount' | 'prior'>,
  levels: number,
  sizes: Pick<NgramSizes, 'contexts' | 'entries'>,
): Smoothed {
  const additive = config.smoothing === 'additive'
  const counts = config.smoothing === 'kneser-ney' ? continuations(contexts, config.n) : contexts.counts
  const discounts = additive ? [] : estimatedDiscounts(contexts, counts, config)
  const backOff = new Float32Array(sizes.contexts)
  const weight = new Float32Array(sizes.entries)
  for (let node = 0; node < contexts.count; node++) {
    const [from, to] = [contexts.entryStart[node]!, contexts.entryStart[node + 1]!]
    const discount = additive ? 0 : discounts[contexts.length[node]!]!
    let total = 0
    for (let entry = from; entry < to; entry++) total += counts[entry]!
    const kept = total - discount * (to - from)
    // λ/(1 − λ) = what is spread over what is kept.
    backOff[node] = Math.log((additive ? config.prior * levels : discount * (to - from)) / kept)
    for (let entry = from; entry < to; entry++) weight[entry] = Math.log((counts[entry]! - discount) / kept)
  }
  return { backOff, weight, discounts }
}

/** Counts of Kneser and Ney. A context that reaches back to the start has no longer ones, and keeps its own. */
function continuations({ count, length, entryStart, counts, within }: CountedContexts, n: number): Uint32Array {
  const result = counts.slice()
  for (let node = 0; node < count; node++) {
    const [from, to] = [entryStart[node]!, entryStart[node + 1]!]
    if (length[node]! < n - 1 && within.subarray(from, to).every((value) => value > 0)) result.set(within.subarray(from, to), from)
  }
  return result
}

/** d = n₁/(n₁ + 2n₂) of each length (Ney et al. 1994), kept well inside (0, 1); one half where the data say nothing. */
function estimatedDiscounts({ count, length, entryStart }: CountedContexts, counts: Uint32Array, { n, discount }: Pick<NgramConfig, 'n' | 'discount'>): number[] {
  if (discount !== null) return new Array<number>(n).fill(discount)
  const [once, twice] = [new Float64Array(n), new Float64Array(n)]
  for (let node = 0; node < count; node++) {
    const own = length[node]!
    for (let entry = entryStart[node]!; entry < entryStart[node + 1]!; entry++) {
      if (counts[entry] === 1) once[own] = once[own]! + 1
      else if (counts[entry] === 2) twice[own] = twice[own]! + 1
    }
  }
  return Array.from(once, (ones, own) => {
    const seen = ones + 2 * twice[own]!
    return seen === 0 ? 0.5 : Math.min(0.95, Math.max(0.05, ones / seen))
  })
}
