import type { Grid, PositionSet } from './stream'

/**
 * Sets of pixels, height × width flags. What convolutions need is a few stretches of each row, so rows are gone through stretch by stretch with what
 * typed arrays do by themselves: a picture of the field is drawn at every edit of a model, and costs the same the first time as the hundredth.
 */
type Plane = PositionSet

/** Calls `mark` with each stretch [from, to) of flags that lies within a row of a plane beginning at `start`; positions count from there. */
export function eachStretch(flags: PositionSet, start: number, { height, width }: Pick<Grid, 'height' | 'width'>, mark: (from: number, to: number, row: number) => void): void {
  const end = start + height * width
  for (let at = flags.indexOf(1, start); at >= 0 && at < end;) {
    const row = Math.floor((at - start) / width)
    const rowEnd = start + (row + 1) * width
    const gap = flags.indexOf(0, at)
    const stop = gap < 0 || gap > rowEnd ? rowEnd : gap
    mark(at - start, stop - start, row)
    at = flags.indexOf(1, stop)
  }
}

/** Where any group is needed. */
export function anyGroup(positions: PositionSet, { groups, height, width }: Grid): Plane {
  const plane = height * width
  const result = positions.slice(0, plane)
  for (let group = 1; group < groups; group++) flagAlso(result, 0, positions, group * plane, plane)
  return result
}

/** Flags `length` positions of `target` from one place on wherever those of `source` are, from another on. */
export function flagAlso(target: PositionSet, targetStart: number, source: PositionSet, sourceStart: number, length: number): void {
  const [own, other] = [target.byteOffset + targetStart, source.byteOffset + sourceStart]
  // Four flags at once where they lie so.
  const words = own % 4 === 0 && other % 4 === 0 ? length >> 2 : 0
  if (words > 0) {
    const [to, from] = [new Uint32Array(target.buffer, own, words), new Uint32Array(source.buffer, other, words)]
    for (let word = 0; word < words; word++) to[word]! |= from[word]!
  }
  for (let index = words * 4; index < length; index++) if (source[sourceStart + index]) target[targetStart + index] = 1
}

/** The `reach` pixels to the left of a flagged one, itself left out. */
export function seenLeft(plane: Plane, reach: number, grid: Grid): Plane {
  const result = new Uint8Array(plane.length)
  eachStretch(plane, 0, grid, (from, to, row) => result.fill(1, Math.max(row * grid.width, from - reach), to - 1))
  return result
}

/** The rectangles of some flagged pixels: rows from `furthest` to `nearest` above each (below, where negative), columns up to `half` to both sides. */
export function seenAbove(plane: Plane, half: number, furthest: number, nearest: number, grid: Grid): Plane {
  const { height, width } = grid
  const result = new Uint8Array(plane.length)
  eachStretch(plane, 0, grid, (from, to, row) => {
    const [left, right] = [Math.max(0, from - row * width - half), Math.min(width, to - row * width + half)]
    for (let seen = Math.max(0, row - furthest); seen <= Math.min(height - 1, row - nearest); seen++) result.fill(1, seen * width + left, seen * width + right)
  })
  return result
}
