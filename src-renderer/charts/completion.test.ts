import { describe, expect, it } from 'vitest'
import type { CompletionSet } from '../../src-main/contract'
import { completionTiles, hideUnknown, layoutRows, unknownOfTile } from './completion'

const tones = [[10, 20, 30], [40, 50, 60]] as const
const recipe = {
  runId: 'a', checkpointStep: 1, weights: 'raw' as const, split: 'test' as const, examples: [4, 9], mask: { kind: 'steps' as const, kept: 1 }, draws: 2, seed: 0, temperature: 1, method: 'cached' as const,
}
const set: CompletionSet = {
  exact: true,
  why: 'raster',
  recipe,
  domain: { kind: 'image', shape: [1, 2, 1], levels: 2, variableLength: false, encoding: 'linear' },
  unknown: Uint8Array.of(0, 1),
  originals: Uint8Array.of(1, 0, 0, 1),
  levels: Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0),
  means: Uint8Array.of(255, 51, 255, 204, 0, 128, 0, 1),
  logProb: [-1, -2, -3, -4],
  seconds: 1,
  dimensionsPerSecond: 1,
}
const grey = (pixels: Uint8ClampedArray): number[] => [pixels[0]!, pixels[4]!]

describe('completionTiles', () => {
  const tiles = completionTiles(set, tones)

  it('finds each example and each of its completions', () => {
    expect([grey(tiles.example(0)), grey(tiles.example(1))]).toEqual([[255, 0], [0, 255]])
    expect(grey(tiles.completion(0, 1))).toEqual([255, 255])
    expect(grey(tiles.completion(1, 0))).toEqual([0, 255])
  })

  it('hides what was unknown, and nothing else', () => {
    expect([...tiles.known(0)]).toEqual([255, 255, 255, 255, 40, 50, 60, 255])
  })

  it('shows the probabilities along the way, where there are any', () => {
    expect(grey(tiles.probabilities(0, 1)!)).toEqual([255, 204])
    expect(completionTiles({ ...set, means: null }, tones).probabilities(0, 0)).toBeNull()
  })
})

it('a pixel is unknown with all its channels, and the hiding is a checkerboard', () => {
  expect([...unknownOfTile(Uint8Array.of(1, 1, 1, 0, 0, 0), { width: 2, height: 1, channels: 3 })]).toEqual([1, 0])
  const hidden = hideUnknown(new Uint8ClampedArray(16), Uint8Array.of(1, 1, 1, 1), 2, tones)
  expect([0, 4, 8, 12].map((at) => hidden[at])).toEqual([10, 40, 40, 10])
})

describe('layoutRows', () => {
  const shape = { width: 28, height: 28, channels: 1 }
  const place = { width: 1000, room: 600, gap: 2, gutter: 24, least: 28, largest: 200 }

  it('stays inside the width with whole pixels', () => {
    for (const [rows, columns] of [[1, 3], [8, 6], [40, 4], [3, 10]] as const) {
      const { blocks, zoom } = layoutRows(rows, columns, shape, place)
      expect(Number.isInteger(zoom)).toBe(true)
      expect(blocks * (columns * (28 * zoom + 2) - 2) + (blocks - 1) * 24).toBeLessThanOrEqual(1000)
    }
  })

  it('puts rows side by side where that makes them larger', () => {
    expect(layoutRows(3, 6, shape, place).blocks).toBe(1)
    const many = layoutRows(24, 4, shape, place)
    expect(many.blocks).toBeGreaterThan(1)
    expect(many.zoom).toBeGreaterThan(1)
  })

  it('rather scrolls than shrinks below what can be read', () => {
    const { zoom } = layoutRows(12, 8, shape, { ...place, width: 500, room: 400, least: 40 })
    expect(zoom).toBe(2)
    expect(layoutRows(12, 8, shape, { ...place, width: 300, room: 400, least: 40 }).zoom).toBe(1)
  })
})
