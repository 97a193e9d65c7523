import { expect, test } from 'vitest'
import { mean, median, rounded, standardError } from './statistics'

test('median, whatever the order', () => {
  expect(median([5, 1, 100])).toBe(5)
  expect(median([4, 1, 3, 100])).toBe(3.5)
  expect(() => median([])).toThrow('median of nothing')
})

test('mean and its standard error', () => {
  expect(mean([1, 2, 3, 4])).toBe(2.5)
  // Variance 5/3 with n − 1, over n = 4.
  expect(standardError([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 12), 12)
})

test('rounding keeps digits that mean something', () => {
  expect(rounded(1234.567, 4)).toBe(1235)
  expect(rounded(0.00123456, 3)).toBe(0.00123)
})
