import { describe, expect, it } from 'vitest'
import { decimate as drawnOf } from './decimate'
import { decades, linear } from './scale'
import { extremes, indexAt, trackOf } from './track'

/** Point by point. */
function decimate(...of: Parameters<typeof drawnOf>): [place: number, y: number][] {
  const drawn = drawnOf(...of)
  return Array.from({ length: drawn.length / 2 }, (_value, index) => [drawn[2 * index]!, drawn[2 * index + 1]!])
}

const long = trackOf(Array.from({ length: 1_000_000 }, (_, index) => [index, Math.sin(index / 5000)] as const))
const all = [0, 1_000_000] as const

describe('decimate', () => {
  it('leaves short stretches alone', () => {
    expect(decimate(long, [10, 50], 2000).map(([x]) => x)).toEqual(Array.from({ length: 43 }, (_, index) => 9 + index))
  })

  it('keeps ends, order and every spike of a million points', () => {
    const spiked = { ...long, y: long.y.slice() }
    spiked.y[654_321] = 50
    spiked.y[123_456] = -50
    const drawn = decimate(spiked, all, 2000)
    expect(drawn.length).toBeLessThanOrEqual(2100)
    expect(drawn[0]).toEqual([0, long.y[0]])
    expect(drawn.at(-1)).toEqual([999_999, long.y[999_999]])
    expect(drawn).toContainEqual([654_321, 50])
    expect(drawn).toContainEqual([123_456, -50])
    for (let index = 1; index < drawn.length; index++) expect(drawn[index]![0]).toBeGreaterThan(drawn[index - 1]![0])
  })

  it('draws the same points while the view moves over them', () => {
    const [one, other] = [decimate(long, [200_000, 400_000], 2000), decimate(long, [201_234, 401_234], 2000)]
    const inside = (points: typeof one) => points.filter(([x]) => x > 210_000 && x < 390_000)
    expect(inside(one)).toEqual(inside(other))
  })

  it('gives every decade of a logarithmic axis its share', () => {
    const drawn = decimate(long, [0, 6], 2000, decades)
    expect(drawn.filter(([place]) => place < 2).length).toBeGreaterThan(80)
    expect(drawn.every(([place]) => Number.isFinite(place))).toBe(true)
    expect(drawn.length).toBeLessThanOrEqual(2100)
  })

  it('passes over what is not a number, and curves of nothing else', () => {
    const gaps = trackOf(Array.from({ length: 5000 }, (_, index) => [index, index % 3 === 0 ? index : NaN] as const))
    expect(decimate(gaps, [0, 5000], 400)).toContainEqual([4998, 4998])
    expect(() => decimate(trackOf(Array.from({ length: 5000 }, (_, index) => [index, NaN] as const)), [0, 5000], 400)).not.toThrow()
  })
})

describe('extremes', () => {
  it('are those of a search through every point, for any stretch of a growing curve', () => {
    const y = Float64Array.from({ length: 5000 }, (_, index) => (index % 7 === 0 ? NaN : Math.sin(index * 12.9898) * 43758.5453 % 1))
    const growing = { length: 3000, x: Float64Array.from({ length: 5000 }, (_, index) => index), y }
    const check = (from: number, to: number): void => {
      let [lowest, highest] = [-1, -1]
      for (let at = from; at < to; at++) {
        if (Number.isNaN(y[at]!)) continue
        if (lowest < 0 || y[at]! < y[lowest]!) lowest = at
        if (highest < 0 || y[at]! > y[highest]!) highest = at
      }
      const found = extremes(growing, from, to)
      expect([y[found[0]], y[found[1]]]).toEqual([y[lowest], y[highest]])
    }
    for (const [from, to] of [[0, 3000], [1, 2999], [15, 17], [16, 32], [100, 100], [7, 8], [255, 2561]] as const) check(from, to)
    growing.length = 5000
    for (const [from, to] of [[0, 5000], [2990, 4999], [4095, 4097]] as const) check(from, to)
  })
})

it('indexAt is the last point at or before x', () => {
  const track = trackOf([[0, 5], [10, 4], [20, 3]])
  expect([-1, 0, 19, 99].map((x) => indexAt(track, x))).toEqual([-1, 0, 1, 2])
  expect(linear.project(3)).toBe(3)
})
