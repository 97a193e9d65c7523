import { expect, it } from 'vitest'
import { isRaster, orderingKinds, orderingOf, ranksOf } from './orderings'

it.each(orderingKinds)('%s visits every dimension once, and its ranks are the inverse', (kind) => {
  const ordering = orderingOf(kind, [3, 4, 3], 7)
  expect(Array.from(ordering).sort((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_value, index) => index))
  const ranks = ranksOf(ordering)
  ordering.forEach((dimension, step) => expect(ranks[dimension]).toBe(step))
})

it('goes down the columns, colours in order inside a pixel', () => {
  expect(Array.from(orderingOf('column', [2, 3, 1]))).toEqual([0, 3, 1, 4, 2, 5])
  expect(Array.from(orderingOf('column', [2, 2, 3]))).toEqual([0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11])
})

it('is fixed by its seed', () => {
  expect(orderingOf('random', [50], 1)).toEqual(orderingOf('random', [50], 1))
  expect(orderingOf('random', [50], 1)).not.toEqual(orderingOf('random', [50], 2))
  expect(isRaster(orderingOf('random', [50], 1))).toBe(false)
  expect(isRaster(orderingOf('raster', [50]))).toBe(true)
})

it('random orderings are uniform enough: each dimension is first about equally often', () => {
  const first = new Array<number>(5).fill(0)
  for (let seed = 0; seed < 5000; seed++) {
    const dimension = orderingOf('random', [5], seed)[0]!
    first[dimension] = first[dimension]! + 1
  }
  for (const times of first) expect(Math.abs(times - 1000)).toBeLessThan(120)
})
