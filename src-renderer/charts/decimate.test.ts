import { describe, expect, it } from 'vitest'
import { decimate, within } from './decimate'
import type { Point } from './decimate'

const long: Point[] = Array.from({ length: 1_000_000 }, (_, index) => [index, Math.sin(index / 5000)] as const)

describe('decimate', () => {
  it('leaves short curves alone', () => {
    const short = long.slice(0, 100)
    expect(decimate(short, 2000)).toBe(short)
  })

  it('keeps ends, order and every spike of a million points', () => {
    const spiked = [...long]
    spiked[654_321] = [654_321, 50]
    spiked[123_456] = [123_456, -50]
    const drawn = decimate(spiked, 2000)
    expect(drawn.length).toBeLessThanOrEqual(2000)
    expect(drawn[0]).toBe(spiked[0])
    expect(drawn.at(-1)).toBe(spiked.at(-1))
    expect(drawn).toContain(spiked[654_321])
    expect(drawn).toContain(spiked[123_456])
    for (let index = 1; index < drawn.length; index++) expect(drawn[index]![0]).toBeGreaterThan(drawn[index - 1]![0])
  })
})

describe('within', () => {
  const points: Point[] = [0, 10, 20, 30, 40].map((x) => [x, x] as const)

  it('keeps one point beyond each end', () => {
    expect(within(points, 15, 25).map(([x]) => x)).toEqual([10, 20, 30, 40])
    expect(within(points, 11, 12).map(([x]) => x)).toEqual([10, 20, 30])
  })

  it('returns the curve itself when everything is inside', () => {
    expect(within(points, -5, 100)).toBe(points)
  })
})
