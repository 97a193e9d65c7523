import { expect, test } from 'vitest'
import { addPit, addReliability, chiSquareOfPit, emptyPit, emptyReliability, expectedCalibrationError } from './calibration'

test('transforms fall into bins of equal width, the ends included', () => {
  const pit = emptyPit(4)
  for (const value of [0, 0.24, 0.25, 0.6, 0.99, 1]) addPit(pit, value)
  expect(pit).toEqual({ counts: [2, 1, 1, 2], total: 6 })
  expect(chiSquareOfPit(pit).chiSquare).toBeCloseTo((0.5 ** 2 * 4) / 1.5, 12)
  expect(chiSquareOfPit(pit).degrees).toBe(3)
  expect(chiSquareOfPit(emptyPit(4)).chiSquare).toBe(0)
})

test('the calibration error is the mean distance of what was said from what came, bins weighted by their size', () => {
  const bins = emptyReliability(2)
  // Below one half: said 0.2 four times, came once. Above: said 0.9 once, did not come.
  for (const came of [true, false, false, false]) addReliability(bins, 0.2, came)
  addReliability(bins, 0.9, false)
  expect(bins.map(({ count, observed }) => [count, observed])).toEqual([
    [4, 1],
    [1, 0],
  ])
  expect(expectedCalibrationError(bins)).toBeCloseTo((4 / 5) * 0.05 + (1 / 5) * 0.9, 12)
  expect(expectedCalibrationError(emptyReliability())).toBe(0)
})
