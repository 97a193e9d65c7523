import { keptAtCentre, reachesAtCentre } from './masks'
import type { Grid, PositionSet } from './stream'
import { groupsOfChannels } from './stream'

/** Channel groups of the gates' columns: `gates` times the groups of `hidden` channels. */
export function gateGroups(hidden: number, gates: number, groups: number): Int32Array {
  const own = groupsOfChannels(hidden, groups)
  return Int32Array.from({ length: gates * hidden }, (_value, column) => own[column % hidden]!)
}

/** Kept entries of a convolution within the row, ending at the centre (mask B there): [⌊k/2⌋ + 1, in, out]. */
export function keptByRowKernel(kernel: number, from: Int32Array, to: Int32Array): number {
  return Math.floor(kernel / 2) * from.length * to.length + keptAtCentre('B', from, to)
}

/** Positions that such a convolution needs of its input for `needed` of its output. */
export function traceRowKernel(kernel: number, needed: PositionSet, { groups, height, width }: Grid): PositionSet {
  const half = Math.floor(kernel / 2)
  const plane = height * width
  const result = new Uint8Array(needed.length)
  for (let to = 0; to < groups; to++) {
    for (let cell = 0; cell < plane; cell++) {
      if (!needed[to * plane + cell]) continue
      const earlier = Math.min(half, cell % width)
      for (let from = 0; from < groups; from++) {
        for (let seen = from * plane + cell - earlier; seen < from * plane + cell; seen++) result[seen] = 1
        if (reachesAtCentre('B', from, to)) result[from * plane + cell] = 1
      }
    }
  }
  return result
}

/**
 * States that a recurrence needs for those given, by the places that it reads, [row, column] relative to its own: each state sees all channels
 * of those. Places in the same row lie all to the left, or all to the right.
 */
export function traceStates(needed: PositionSet, { groups, height, width }: Grid, places: ReadonlyArray<readonly [number, number]>): PositionSet {
  const plane = height * width
  const result = needed.slice()
  const leftward = places.every(([row, column]) => row !== 0 || column < 0)
  const isNeeded = (cell: number): boolean => {
    for (let group = 0; group < groups; group++) if (result[group * plane + cell]) return true
    return false
  }
  for (let row = height - 1; row >= 0; row--) {
    for (let step = 0; step < width; step++) {
      const column = leftward ? width - 1 - step : step
      if (!isNeeded(row * width + column)) continue
      for (const [down, across] of places) {
        const [above, beside] = [row + down, column + across]
        if (above < 0 || beside < 0 || beside >= width) continue
        for (let group = 0; group < groups; group++) result[group * plane + above * width + beside] = 1
      }
    }
  }
  return result
}

/** Needed of a map that was moved down by one row -> needed of the map, all channels of it: they are of a row that is known whole. */
export function traceRowAbove(needed: PositionSet, { groups, height, width }: Grid): PositionSet {
  const plane = height * width
  const result = new Uint8Array(needed.length)
  for (let group = 0; group < groups; group++) {
    for (let cell = width; cell < plane; cell++) if (needed[group * plane + cell]) result[group * plane + cell - width] = 1
  }
  return result
}
