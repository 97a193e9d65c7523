import { flagCentre, keptAtCentre } from './masks'
import type { MaskKind } from './masks'
import { anyGroup, seenAbove, seenLeft } from './planes'
import type { Grid, PositionSet } from './stream'

export { anyGroup } from './planes'

/** Rows of a vertical kernel of nominal size k (odd): ⌊k/2⌋ rows above, and its own row once the stack is shifted. */
export const rowsOfVerticalKernel = (kernel: number, first: boolean): number => Math.floor(kernel / 2) + (first ? 0 : 1)

/** Columns of a horizontal kernel of nominal size k (odd): ⌊k/2⌋ to the left, and its own. */
export const columnsOfHorizontalKernel = (kernel: number): number => Math.floor(kernel / 2) + 1

/** Kept entries of a horizontal kernel [1, ⌊k/2⌋ + 1, in, out] for the given channel groups. */
export function keptByHorizontalKernel(mask: MaskKind, kernel: number, from: Int32Array, to: Int32Array): number {
  return Math.floor(kernel / 2) * from.length * to.length + keptAtCentre(mask, from, to)
}

/** Positions of the row itself that a horizontal convolution needs: to the left every group, at the centre those that the mask keeps. */
export function traceHorizontalConvolution(mask: MaskKind, kernel: number, needed: PositionSet, grid: Grid): PositionSet {
  const result = everyGroup(seenLeft(anyGroup(needed, grid), Math.floor(kernel / 2), grid), grid)
  flagCentre(mask, needed, result, grid)
  return result
}

/** Positions (row, column) that a vertical kernel of rows −up … −up + rows − 1 and columns ±⌊k/2⌋ needs for the plane `needed`. */
export function traceVerticalConvolution(kernel: number, up: number, rows: number, needed: PositionSet, grid: Grid): PositionSet {
  const half = Math.floor(kernel / 2)
  return seenAbove(needed, half, up, up - rows + 1, grid)
}

/** Every group of the positions of a plane, and a plane where any group is needed. */
export function everyGroup(plane: PositionSet, { groups }: Grid): PositionSet {
  const result = new Uint8Array(plane.length * groups)
  for (let group = 0; group < groups; group++) result.set(plane, group * plane.length)
  return result
}
