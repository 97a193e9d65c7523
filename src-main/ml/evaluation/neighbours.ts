/** The examples nearest to a query, nearest first; ties in the order in which they came. */
export interface Neighbour {
  /** Number of the example in its split. */
  index: number
  /** Euclidean, in levels: √Σ_i (x_i − y_i)². */
  distance: number
}

export interface NearestSearch {
  /** rows × D levels of the examples from number `first` on. */
  add(levels: ArrayLike<number>, rows: number, first: number): void
  /** For each query its `count` nearest among all that were added. */
  finish(): Neighbour[][]
}

/** Dimensions summed before a candidate is given up. */
const STRIDE = 64

/** Exact search for the nearest of a stream of examples, for queries [n × D] of levels. */
export function createNearestSearch(queries: ArrayLike<number>, dimensions: number, count: number): NearestSearch {
  const own = Float32Array.from(queries)
  const total = own.length / dimensions
  if (!Number.isInteger(total)) throw new Error(`${own.length} levels are no whole number of examples of ${dimensions} dimensions.`)
  /** Squared distances, ascending. */
  const best: { index: number; square: number }[][] = Array.from({ length: total }, () => [])
  return {
    add(levels, rows, first) {
      for (let row = 0; row < rows; row++) {
        const start = row * dimensions
        for (let query = 0; query < total; query++) {
          const found = best[query]!
          const limit = found.length < count ? Infinity : found[count - 1]!.square
          const square = squareBelow(own, query * dimensions, levels, start, dimensions, limit)
          if (square < limit) insert(found, { index: first + row, square }, count)
        }
      }
    },
    finish: () => best.map((found) => found.map(({ index, square }) => ({ index, distance: Math.sqrt(square) }))),
  }
}

/** The squared distance, or something of at least `limit` where it is not below that. */
function squareBelow(a: Float32Array, atA: number, b: ArrayLike<number>, atB: number, dimensions: number, limit: number): number {
  let sum = 0
  for (let from = 0; from < dimensions && sum < limit; from += STRIDE) {
    const to = Math.min(dimensions, from + STRIDE)
    for (let dimension = from; dimension < to; dimension++) {
      const difference = a[atA + dimension]! - b[atB + dimension]!
      sum += difference * difference
    }
  }
  return sum
}

function insert(found: { index: number; square: number }[], candidate: { index: number; square: number }, count: number): void {
  let at = found.length
  while (at > 0 && found[at - 1]!.square > candidate.square) at--
  found.splice(at, 0, candidate)
  if (found.length > count) found.pop()
}
