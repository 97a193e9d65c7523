import { describe, expect, it } from 'vitest'
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

it('goes along the anti-diagonals from the top left, each from its top down', () => {
  expect(Array.from(orderingOf('diagonal', [2, 3, 1]))).toEqual([0, 1, 3, 2, 4, 5])
  expect(Array.from(orderingOf('diagonal', [3, 2, 1]))).toEqual([0, 1, 2, 3, 4, 5])
  expect(Array.from(orderingOf('diagonal', [2, 1, 3]))).toEqual([0, 1, 2, 3, 4, 5])
})

describe("Hilbert's curve", () => {
  it('is the one of the square', () => {
    expect(Array.from(orderingOf('hilbert', [2, 2, 1]))).toEqual([0, 2, 3, 1])
  })
  it.each([
    [1, 1], [1, 7], [7, 1], [2, 2], [4, 4], [8, 8], [28, 28], [28, 20], [20, 28], [32, 32], [5, 5], [7, 3], [3, 7], [6, 10], [15, 12], [12, 15], [17, 31],
  ])('visits every pixel of %i × %i once, each beside the last', (height, width) => {
    const ordering = orderingOf('hilbert', [height, width, 1])
    expect(Array.from(ordering).sort((a, b) => a - b)).toEqual(Array.from({ length: height * width }, (_value, index) => index))
    let diagonals = 0
    for (let step = 1; step < ordering.length; step++) {
      const [from, to] = [ordering[step - 1]!, ordering[step]!]
      const rows = Math.abs(Math.floor(from / width) - Math.floor(to / width))
      const columns = Math.abs((from % width) - (to % width))
      expect(Math.max(rows, columns)).toBe(1)
      if (rows + columns === 2) diagonals++
    }
    const [long, short] = [Math.max(height, width), Math.min(height, width)]
    expect(diagonals).toBeLessThanOrEqual(long % 2 === 1 && short % 2 === 0 ? 1 : 0)
  })
  it('keeps the colours of a pixel together', () => {
    expect(Array.from(orderingOf('hilbert', [2, 2, 3]))).toEqual([0, 1, 2, 6, 7, 8, 9, 10, 11, 3, 4, 5])
  })
})

it.each(['column', 'diagonal', 'hilbert'] as const)('%s is raster where there are no rows', (kind) => {
  expect(isRaster(orderingOf(kind, [9]))).toBe(true)
})
