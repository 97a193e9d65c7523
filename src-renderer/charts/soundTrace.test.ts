import { expect, it } from 'vitest'
import { columnMeans, linePath, seenBefore } from './soundTrace'

it('takes the mean of each stretch, and every value where there are few', () => {
  expect([...columnMeans(Float32Array.of(1, 3, 5, 7, 2, 4), 3)]).toEqual([2, 6, 3])
  expect([...columnMeans(Float32Array.of(1, 3), 10)]).toEqual([1, 3])
  // Stretches need not be of one length: each value is in exactly one.
  expect([...columnMeans(Float32Array.of(1, 2, 6, 4, 5), 2)]).toEqual([1.5, 5])
})

it('draws the highest value at the top', () => {
  expect(linePath(Float32Array.of(0, 4, 2), 4)).toBe('M0.16667 1.0000L0.50000 0.0000L0.83333 0.5000')
})

it('sees nothing before the start of the clip', () => {
  expect(seenBefore(100, 30)).toEqual({ from: 70, to: 100 })
  expect(seenBefore(10, 30)).toEqual({ from: 0, to: 10 })
})
