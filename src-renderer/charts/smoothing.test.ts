import { describe, expect, it } from 'vitest'
import { smooth, smoothTrack, smoothingFactor } from './smoothing'

const noisy = Array.from({ length: 500 }, (_, index) => 100 / (index + 1) + Math.sin(index * 12.9898) * 5)

describe('smooth', () => {
  it('never rewrites the past', () => {
    const whole = smooth(noisy, 0.95)
    for (const length of [1, 2, 17, 250, 499]) expect([...smooth(noisy.slice(0, length), 0.95)]).toEqual([...whole.slice(0, length)])
  })

  it('starts at the first value instead of being pulled to zero', () => {
    expect(smooth([80, 80, 80], 0.99)[0]).toBeCloseTo(80, 12)
    for (const value of smooth([80, 80, 80], 0.99)) expect(value).toBeCloseTo(80, 9)
  })

  it('is the bias-corrected average', () => {
    const [first, second] = smooth([1, 3], 0.5)
    expect(first).toBeCloseTo(1, 12)
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 3) / 0.75, 12)
  })

  it('returns the values themselves at factor 0 and passes over gaps', () => {
    expect([...smooth([1, 5, 2], 0)]).toEqual([1, 5, 2])
    const gapped = smooth([2, NaN, 2], 0.9)
    expect(gapped[1]).toBeNaN()
    expect(gapped[2]).toBeCloseTo(2, 12)
  })
})

describe('smoothTrack', () => {
  it('goes on with a growing curve where it was, to the bit', () => {
    const growing = { length: 100, x: Float64Array.from(noisy, (_, index) => index), y: Float64Array.from(noisy) }
    const smoothed = smoothTrack(growing, 0.9)
    const early = smoothed.y.slice(0, 100)
    growing.length = 500
    expect(smoothTrack(growing, 0.9)).toBe(smoothed)
    expect([...smoothed.y.slice(0, 500)]).toEqual([...smooth(noisy, 0.9)])
    expect([...smoothed.y.slice(0, 100)]).toEqual([...early])
    expect(smoothTrack(growing, 0.5)).not.toBe(smoothed)
  })
})

describe('smoothingFactor', () => {
  it('runs from no smoothing to a window of a thousand points', () => {
    expect(smoothingFactor(0)).toBe(0)
    expect(1 / (1 - smoothingFactor(50))).toBeCloseTo(31.62, 1)
    expect(1 / (1 - smoothingFactor(100))).toBeCloseTo(1000, 6)
  })
})
