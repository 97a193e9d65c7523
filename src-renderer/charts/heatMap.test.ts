import { expect, it } from 'vitest'
import { viridis } from '../../src-main/contract/viridis'
import { differenceOf, diverging, heatMapOf, paintHeatMap } from './heatMap'

it('sums the channels of a pixel', () => {
  const map = heatMapOf({ shape: [1, 2, 3], nats: [1, 2, 3, 0.5, 0.25, 0.25] })
  expect([...map.nats]).toEqual([6, 1])
  expect(map).toMatchObject({ width: 2, height: 1, highest: 6, total: 7, empty: 0 })
})

it('lays a table out in reading order and leaves the rest transparent', () => {
  const map = heatMapOf({ shape: [5], nats: [1, 2, 3, 4, 5] })
  expect(map).toMatchObject({ width: 3, height: 2, empty: 1 })
  const pixels = paintHeatMap(map, map.highest)
  expect([...pixels.subarray(4 * 4, 4 * 4 + 4)]).toEqual([...viridis(1), 255])
  expect(pixels[5 * 4 + 3]).toBe(0)
})

it('begins the scale at zero and ends it where it is told', () => {
  const map = heatMapOf({ shape: [1, 3, 1], nats: [0, 1, 2] })
  const pixels = paintHeatMap(map, 4)
  expect([...pixels.subarray(0, 3)]).toEqual(viridis(0))
  expect([...pixels.subarray(8, 11)]).toEqual(viridis(0.5))
})

it('a difference has zero in the middle of its scale, and the size of either end', () => {
  const difference = differenceOf({ shape: [1, 3, 1], nats: [1, 2, 3] }, { shape: [1, 3, 1], nats: [4, 2, 2] })
  const map = heatMapOf(difference, true)
  expect([...map.nats]).toEqual([-3, 0, 1])
  expect(map.highest).toBe(3)
  const pixels = paintHeatMap(map, map.highest, true)
  expect([...pixels.subarray(0, 3)]).toEqual(diverging(-1))
  expect([...pixels.subarray(4, 7)]).toEqual(diverging(0))
  expect(diverging(-1)[2]).toBeGreaterThan(diverging(1)[2])
})
