import { describe, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { traceHorizontalConvolution, traceVerticalConvolution } from './gatedMasks'
import { reachesAtCentre, traceMaskedConvolution } from './masks'
import type { Grid, PositionSet } from './stream'
import { emptyPlane, emptySet } from './stream'

/** Flags that look thrown at random, the same each time. */
function flags(length: number, share: number, seed: string): PositionSet {
  return Uint8Array.from({ length }, (_value, index) => (createHash('sha256').update(`${seed}:${index}`).digest()[0]! / 256 < share ? 1 : 0))
}

const grids: Grid[] = [
  { height: 5, width: 7, groups: 1 },
  { height: 6, width: 4, groups: 3 },
  { height: 1, width: 9, groups: 1 },
  { height: 9, width: 1, groups: 3 },
]

/** By the definition of the convolution, tap by tap. */
function byTaps(grid: Grid, needed: PositionSet, sees: (down: number, across: number, from: number, to: number) => boolean): PositionSet {
  const { height, width, groups } = grid
  const plane = height * width
  const result = emptySet(grid)
  for (let to = 0; to < groups; to++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        if (!needed[to * plane + row * width + column]) continue
        for (let down = -height; down <= height; down++) {
          for (let across = -width; across <= width; across++) {
            const [seenRow, seenColumn] = [row + down, column + across]
            if (seenRow < 0 || seenRow >= height || seenColumn < 0 || seenColumn >= width) continue
            for (let from = 0; from < groups; from++) if (sees(down, across, from, to)) result[from * plane + seenRow * width + seenColumn] = 1
          }
        }
      }
    }
  }
  return result
}

describe.each(grids)('on $height × $width pixels of $groups groups', (grid) => {
  const cases = [0.03, 0.3, 0.9].map((share) => flags(emptySet(grid).length, share, JSON.stringify(grid)))

  test.each([
    ['A', 1],
    ['A', 3],
    ['B', 1],
    ['B', 5],
    ['A', 11],
  ] as const)('a masked convolution %s %i sees what its taps see', (mask, kernel) => {
    const half = (kernel - 1) / 2
    for (const needed of cases) {
      const expected = byTaps(grid, needed, (down, across, from, to) =>
        down === 0 && across === 0 ? reachesAtCentre(mask, from, to) : Math.abs(across) <= half && down >= -half && (down < 0 || (down === 0 && across < 0)),
      )
      expect(traceMaskedConvolution(mask, kernel, needed, grid)).toEqual(expected)
    }
  })

  test.each([
    ['A', 3],
    ['B', 7],
  ] as const)('a horizontal convolution %s %i as well', (mask, kernel) => {
    const half = (kernel - 1) / 2
    for (const needed of cases) {
      const expected = byTaps(grid, needed, (down, across, from, to) => down === 0 && (across === 0 ? reachesAtCentre(mask, from, to) : across < 0 && across >= -half))
      expect(traceHorizontalConvolution(mask, kernel, needed, grid)).toEqual(expected)
    }
  })

  test.each([
    [3, 1, 2],
    [5, 2, 3],
    [7, 3, 3],
    [3, 0, 1],
  ])('a vertical convolution of kernel %i, %i rows up, %i rows', (kernel, up, rows) => {
    const half = (kernel - 1) / 2
    const plane = { ...grid, groups: 1 }
    for (const needed of cases.map((set) => set.slice(0, emptyPlane(grid).length))) {
      const expected = byTaps(plane, needed, (down, across) => Math.abs(across) <= half && down >= -up && down <= -up + rows - 1)
      expect(traceVerticalConvolution(kernel, up, rows, needed, grid)).toEqual(expected)
    }
  })
})
