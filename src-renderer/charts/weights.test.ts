import { expect, test } from 'vitest'
import { diverging } from './heatMap'
import { paintWeights } from './weights'

test('weights are scaled by the largest; masked ones stay transparent', () => {
  const pixels = paintWeights(Float32Array.of(-2, 1, NaN, 0), 1)
  expect([...pixels.subarray(0, 4)]).toEqual([...diverging(-1), 255])
  expect([...pixels.subarray(4, 8)]).toEqual([...diverging(0.5), 255])
  expect(pixels[11]).toBe(0)
  expect([...pixels.subarray(12, 15)]).toEqual(diverging(0))
})

test('of colours the mean of those that are not masked', () => {
  expect([...paintWeights(Float32Array.of(1, 3, NaN, -2, -2, -2), 3).subarray(0, 3)]).toEqual(diverging(1))
})
