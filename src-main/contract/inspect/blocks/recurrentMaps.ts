import { traceHorizontalConvolution } from './gatedMasks'
import { keptAtCentre } from './masks'
import { anyGroup, eachStretch, flagAlso } from './planes'
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
export function traceRowKernel(kernel: number, needed: PositionSet, grid: Grid): PositionSet {
  return traceHorizontalConvolution('B', kernel, needed, grid)
}

/**
 * States that a recurrence needs for those given, by the places that it reads, [row, column] relative to its own: each state sees all channels
 * of those. Places lie in the row above, or next to the own one, to its left or to its right.
 */
export function traceStates(needed: PositionSet, grid: Grid, places: ReadonlyArray<readonly [down: 0 | -1, across: number]>): PositionSet {
  const { groups, height, width } = grid
  const plane = height * width
  const row = { height: 1, width }
  /** What is read by others, all channels of it alike; and what is needed of the row that is looked at, by whomever. */
  const read = new Uint8Array(plane)
  const own = anyGroup(needed, grid)
  const beside = places.filter(([down]) => down === 0).map(([, across]) => across)
  const above = places.filter(([down]) => down < 0).map(([, across]) => across)
  for (let start = plane - width; start >= 0; start -= width) {
    // Beside: a state reads on to the edge, one after the other.
    for (const across of beside) {
      if (across < 0) {
        const last = own.subarray(start, start + width).lastIndexOf(1)
        for (let column = last + across; column >= 0; column += across) read[start + column] = own[start + column] = 1
      } else {
        const first = own.subarray(start, start + width).indexOf(1)
        if (first >= 0) for (let column = first + across; column < width; column += across) read[start + column] = own[start + column] = 1
      }
    }
    if (start === 0) break
    eachStretch(own, start, row, (from, to) => {
      for (const across of above) {
        const [left, right] = [Math.max(0, from + across), Math.min(width, to + across)]
        if (right <= left) continue
        read.fill(1, start - width + left, start - width + right)
        own.fill(1, start - width + left, start - width + right)
      }
    })
  }
  const result = needed.slice()
  for (let group = 0; group < groups; group++) flagAlso(result, group * plane, read, 0, plane)
  return result
}

/** Needed of a map that was moved down by one row -> needed of the map, all channels of it: they are of a row that is known whole. */
export function traceRowAbove(needed: PositionSet, { groups, height, width }: Grid): PositionSet {
  const plane = height * width
  const result = new Uint8Array(needed.length)
  for (let group = 0; group < groups; group++) result.set(needed.subarray(group * plane + width, (group + 1) * plane), group * plane)
  return result
}
