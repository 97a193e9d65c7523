import { describe, expect, it } from 'vitest'
import { logTicks, niceRange } from './ticks'

describe('niceRange', () => {
  it('contains the range and ends on multiples of the step', () => {
    for (const [low, high] of [
      [81.3, 206.4],
      [0.1, 0.38],
      [-3, 4000],
      [5, 5],
    ] as const) {
      const { min, max, step } = niceRange(low, high)
      expect(min).toBeLessThanOrEqual(low)
      expect(max).toBeGreaterThanOrEqual(high)
      expect(Math.abs(max / step - Math.round(max / step))).toBeLessThan(1e-6)
    }
  })
})

describe('logTicks', () => {
  it('labels a narrow range as well as a wide one', () => {
    expect(logTicks(80, 560)).toEqual([100, 150, 200, 300, 400, 500])
    expect(logTicks(85, 95).length).toBeGreaterThan(3)
    expect(logTicks(1, 1e6)).toEqual([1, 10, 100, 1000, 10000, 100000, 1000000])
    expect(logTicks(0, 10)).toEqual([])
  })
})
