import { keptAtCentre, reachesAtCentre } from './masks'
import type { MaskKind } from './masks'
import type { Grid, PositionSet } from './stream'
import { emptyPlane } from './stream'

/** Rows of a vertical kernel of nominal size k (odd): ⌊k/2⌋ rows above, and its own row once the stack is shifted. */
export const rowsOfVerticalKernel = (kernel: number, first: boolean): number => Math.floor(kernel / 2) + (first ? 0 : 1)

/** Columns of a horizontal kernel of nominal size k (odd): ⌊k/2⌋ to the left, and its own. */
export const columnsOfHorizontalKernel = (kernel: number): number => Math.floor(kernel / 2) + 1

/** Kept entries of a horizontal kernel [1, ⌊k/2⌋ + 1, in, out] for the given channel groups. */
export function keptByHorizontalKernel(mask: MaskKind, kernel: number, from: Int32Array, to: Int32Array): number {
  return Math.floor(kernel / 2) * from.length * to.length + keptAtCentre(mask, from, to)
}

/** Positions of the row itself that a horizontal convolution needs: to the left every group, at the centre those that the mask keeps. */
export function traceHorizontalConvolution(mask: MaskKind, kernel: number, needed: PositionSet, { groups, height, width }: Grid): PositionSet {
  const half = Math.floor(kernel / 2)
  const plane = height * width
  const result = new Uint8Array(needed.length)
  for (let to = 0; to < groups; to++) {
    for (let cell = 0; cell < plane; cell++) {
      if (!needed[to * plane + cell]) continue
      const left = Math.min(half, cell % width)
      for (let from = 0; from < groups; from++) {
        for (let seen = from * plane + cell - left; seen < from * plane + cell; seen++) result[seen] = 1
        if (reachesAtCentre(mask, from, to)) result[from * plane + cell] = 1
      }
    }
  }
  return result
}

/** Positions (row, column) that a vertical kernel of rows −up … −up + rows − 1 and columns ±⌊k/2⌋ needs for the plane `needed`. */
export function traceVerticalConvolution(kernel: number, up: number, rows: number, needed: PositionSet, grid: Grid): PositionSet {
  const { height, width } = grid
  const half = Math.floor(kernel / 2)
  const result = emptyPlane(grid)
  for (let row = 0; row < height; row++) {
    let clearFrom = 0
    for (let column = 0; column < width; column++) {
      if (!needed[row * width + column]) continue
      const right = Math.min(width - 1, column + half)
      const left = Math.max(clearFrom, column - half)
      for (let seen = Math.max(0, row - up); seen <= Math.min(height - 1, row - up + rows - 1); seen++) {
        if (left <= right) result.fill(1, seen * width + left, seen * width + right + 1)
      }
      clearFrom = right + 1
    }
  }
  return result
}

/** Every group of the positions of a plane, and a plane where any group is needed. */
export function everyGroup(plane: PositionSet, { groups }: Grid): PositionSet {
  const result = new Uint8Array(plane.length * groups)
  for (let group = 0; group < groups; group++) result.set(plane, group * plane.length)
  return result
}

export function anyGroup(positions: PositionSet, grid: Grid): PositionSet {
  const plane = grid.height * grid.width
  const result = positions.slice(0, plane)
  for (let group = 1; group < grid.groups; group++) {
    for (let cell = 0; cell < plane; cell++) if (positions[group * plane + cell]) result[cell] = 1
  }
  return result
}
