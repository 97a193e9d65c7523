import { expect, test } from 'vitest'
import type { Examination } from '../../src-main/contract'
import { layoutTiles, rankedPositions, visibleTiles } from './ranking'

const examination = { nats: [3, 1, 2, 2], typicality: [0, 5, 1, 1], complexity: null, surprise: [1, -4, 0.5, 2] } as unknown as Examination

test('the most unusual first, ties as they come; too little surprise counts as much as too much', () => {
  expect(rankedPositions(examination, 'raw', true)).toEqual([0, 2, 3, 1])
  expect(rankedPositions(examination, 'raw', false)).toEqual([1, 2, 3, 0])
  expect(rankedPositions(examination, 'surprise', true)).toEqual([1, 3, 0, 2])
  expect(rankedPositions(examination, 'complexity', true)).toEqual([])
})

test('only the rows in sight are drawn, however many there are', () => {
  const grid = layoutTiles(10_000, { width: 28, height: 28 }, 800)
  expect(grid.zoom).toBe(2)
  expect(grid.columns * grid.columnWidth).toBeLessThanOrEqual(810)
  expect(grid.rows * grid.columns).toBeGreaterThanOrEqual(10_000)
  const { from, to } = visibleTiles(grid, 10_000, 3.5 * grid.rowHeight, 5 * grid.rowHeight)
  expect([from / grid.columns, to / grid.columns]).toEqual([3, 9])
  expect(visibleTiles(grid, 10_000, grid.height - grid.rowHeight, 5 * grid.rowHeight).to).toBe(10_000)
  // Pictures larger than their place are shrunk.
  expect(layoutTiles(10, { width: 512, height: 256 }, 800).tileWidth).toBeLessThan(100)
})
