import type { Magnitudes } from '../../contract/records/histogram'
import { HISTOGRAM_BINS, HISTOGRAM_COUNT } from '../../contract/records/histogram'

const { lowest, perDecade } = HISTOGRAM_BINS

/** Edges of the bins: bin k is EDGES[k] ≤ |v| < EDGES[k + 1]. */
const EDGES = Float32Array.from({ length: HISTOGRAM_COUNT + 1 }, (_value, bin) => 10 ** (lowest + bin / perDecade))

/**
 * The bin of the smallest number of each cell of 32-bit floats that share their exponent and three bits of their mantissa, one more than that of
 * the bin below it: a cell is an eighth of an octave wide at most, so it holds at most one edge. 0: below all bins.
 */
const CELLS = Uint8Array.from({ length: 2048 }, (_value, cell) => {
  const smallest = new Float32Array(Uint32Array.of(cell << 20).buffer)[0]!
  return EDGES.findLastIndex((edge) => edge <= smallest) + 1
})

export interface MagnitudeCounter {
  /** Values are finite. */
  add(values: Float32Array): void
  result(): Magnitudes
}

/** The histogram of |v| in fixed logarithmic bins, one pass without logarithms. */
export function magnitudeCounter(): MagnitudeCounter {
  const counts = new Uint32Array(HISTOGRAM_COUNT + 2)
  const sums: Sums = { values: 0, negative: 0, squares: 0 }
  return {
    add(values) {
      const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
      let [negative, squares] = [0, 0]
      for (let index = 0; index < values.length; index++) {
        const value = values[index]!
        const size = value < 0 ? -value : value
        if (value < 0) negative++
        squares += size * size
        let bin = CELLS[(bits[index]! & 0x7fffffff) >>> 20]!
        // Above the highest edge `EDGES[bin]` does not exist, and the comparison is false.
        if (size >= EDGES[bin]!) bin++
        counts[bin]!++
      }
      sums.values += values.length
      sums.negative += negative
      sums.squares += squares
    },
    result: () => summary(counts, sums),
  }
}

interface Sums {
  values: number
  negative: number
  squares: number
}

function summary(counts: Uint32Array, { values, negative, squares }: Sums): Magnitudes {
  const inside = Array.from(counts.subarray(1, HISTOGRAM_COUNT + 1))
  const first = Math.max(0, inside.findIndex((count) => count > 0))
  const last = inside.findLastIndex((count) => count > 0)
  return {
    first,
    counts: inside.slice(first, last + 1),
    below: counts[0]!,
    above: counts[HISTOGRAM_COUNT + 1]!,
    rms: values === 0 ? 0 : Math.sqrt(squares / values),
    negative: values === 0 ? 0 : negative / values,
  }
}
