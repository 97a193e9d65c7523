import { describe, expect, test } from 'vitest'
import { HISTOGRAM_BINS, HISTOGRAM_COUNT } from '../../contract/records/histogram'
import type { Magnitudes } from '../../contract/records/histogram'
import { magnitudeCounter } from './magnitudes'

/** Of the values in two parts. */
function magnitudes(values: Float32Array): Magnitudes {
  const counter = magnitudeCounter()
  const half = Math.floor(values.length / 2)
  counter.add(values.subarray(0, half))
  counter.add(values.subarray(half))
  return counter.result()
}

/** Counts of all bins by logarithms, the slow way: below, bins, above. */
function byLogarithm(values: Float32Array): number[] {
  const counts = new Array<number>(HISTOGRAM_COUNT + 2).fill(0)
  for (const value of values) {
    const bin = Math.floor((Math.log10(Math.abs(value)) - HISTOGRAM_BINS.lowest) * HISTOGRAM_BINS.perDecade)
    counts[Math.min(HISTOGRAM_COUNT + 1, Math.max(0, bin + 1))]!++
  }
  return counts
}

function allCounts(values: Float32Array): number[] {
  const { first, counts, below, above } = magnitudes(values)
  const inside = new Array<number>(HISTOGRAM_COUNT).fill(0)
  counts.forEach((count, index) => (inside[first + index] = count))
  return [below, ...inside, above]
}

describe('magnitudes', () => {
  test('counts as logarithms would, over all orders of magnitude', () => {
    const values = Float32Array.from({ length: 50_000 }, (_value, index) => (index % 2 === 0 ? 1 : -1) * 10 ** (-13 + (19 * ((index * 0.618034) % 1))))
    expect(allCounts(values)).toEqual(byLogarithm(values))
  })

  test('takes zeros, edges and what is beyond them', () => {
    const { below, above, first, counts, negative, rms } = magnitudes(Float32Array.from([0, -0, 1e-12, 1, -1, 2, 1e6]))
    expect([below, above]).toEqual([3, 1])
    expect(first).toBe(-HISTOGRAM_BINS.lowest * HISTOGRAM_BINS.perDecade)
    expect(counts).toEqual([2, 1])
    expect(negative).toBeCloseTo(1 / 7, 12)
    expect(rms).toBeCloseTo(1e6 / Math.sqrt(7), 1)
  })

  test('of nothing but zeros has no bins', () => {
    expect(magnitudes(new Float32Array(5))).toEqual({ first: 0, counts: [], below: 5, above: 0, rms: 0, negative: 0 })
  })

  test('reads a view into a larger buffer', () => {
    const whole = Float32Array.from([100, 1, 1, 100])
    expect(magnitudes(whole.subarray(1, 3)).counts).toEqual([2])
  })
})
