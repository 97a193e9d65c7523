import { expect, test } from 'vitest'
import { spreadOf } from './orderings'

test('orderings lie apart by their standard deviation over the root of their number', () => {
  const { least, most, standardError } = spreadOf([87, 90, 88, 91])
  expect([least, most]).toEqual([87, 91])
  // Variance 10 / 3 of four.
  expect(standardError).toBeCloseTo(Math.sqrt(10 / 3 / 4), 12)
  expect(spreadOf([87]).standardError).toBe(0)
})
