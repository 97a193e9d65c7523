import type { CachedSampler, Weights } from './model'

interface SamplerOptions {
  batch: number
  n: number
  levels: number
}

/** Walks the tree from the root at each step: the values that followed each of the n contexts, and nothing else. */
export function ngramSampler(weights: Weights, { batch, n, levels }: SamplerOptions): CachedSampler {
  const table = (name: string): Float32Array => weights.get(name)!.data
  const [childStart, symbol, entryStart, level] = [table('childStart'), table('symbol'), table('entryStart'), table('level')]
  const unseen = symbol.length - 1
  const lambda = Float64Array.from(table('backOff'), (value) => 1 / (1 + Math.exp(-value)))
  const masses = Float64Array.from(table('weight'), Math.exp)
  const totals = new Float64Array(unseen + 1)
  table('owner').forEach((node, entry) => {
    totals[node] = totals[node]! + masses[entry]!
  })
  const history: Float32Array[] = []
  const perDimension = levels === 2 ? 1 : levels
  const out = new Float32Array(batch * perDimension)
  const p = new Float64Array(levels)

  const childOf = (node: number, wanted: number): number => {
    let [low, high] = [childStart[node]!, childStart[node + 1]!]
    while (low < high) {
      const middle = (low + high) >> 1
      if (symbol[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low < childStart[node + 1]! && symbol[low] === wanted ? low : unseen
  }
  const blend = (node: number): void => {
    const share = lambda[node]!
    for (let value = 0; value < levels; value++) p[value] = p[value]! * share
    for (let entry = entryStart[node]!; entry < entryStart[node + 1]!; entry++)
      p[level[entry]!] = p[level[entry]!]! + ((1 - share) * masses[entry]!) / totals[node]!
  }

  return {
    logits(step) {
      for (let sample = 0; sample < batch; sample++) {
        p.fill(1 / levels)
        let node = 0
        for (let length = 0; length < n && node !== unseen; length++) {
          if (length > step + 1) break
          if (length > 0) node = childOf(node, length > step ? levels : history[step - length]![sample]!)
          if (node !== unseen) blend(node)
        }
        if (levels === 2) out[sample] = Math.log(p[1]! / p[0]!)
        else for (let value = 0; value < levels; value++) out[sample * levels + value] = Math.log(p[value]!)
      }
      return out
    },
    accept(step, values) {
      history[step] = values.slice(0, batch)
      // Older values than any context reaches are let go.
      if (step >= n) history[step - n] = NONE
    },
  }
}

const NONE = new Float32Array(0)
