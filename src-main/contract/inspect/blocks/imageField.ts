import type { ReceptiveField } from '../../records/model'
import { clampPixel, count } from '../figures'
import { ranksOf } from '../orderings'
import type { Grid, PositionSet } from './stream'
import { emptySet } from './stream'

export interface Field {
  receptiveField: ReceptiveField
  leaks: boolean
}

/**
 * The receptive field of a model of images. `trace` says which inputs (group, row, column) the outputs at the given positions depend on; the
 * dimensions (row, column, group) are generated in the raster's order, or in `ordering`.
 */
export function imageField(trace: (from: PositionSet) => PositionSet, grid: Grid, asked?: [number, number], ordering?: Int32Array): Field {
  const { height, width, groups } = grid
  const plane = height * width
  const ranks = ordering ? ranksOf(ordering) : null
  const rankOf = (cell: number, group: number): number => (ranks ? ranks[cell * groups + group]! : cell * groups + group)
  const seenByGroup = (own: number, group: number): PositionSet => {
    const from = emptySet(grid)
    from[group * plane + own] = 1
    return trace(from)
  }
  const seenBy = (own: number): { cells: Uint8Array<ArrayBuffer>; leaks: boolean } => {
    const cells = new Uint8Array(plane)
    let leaks = false
    for (let group = 0; group < groups; group++) {
      const seen = seenByGroup(own, group)
      const limit = rankOf(own, group)
      for (let at = seen.indexOf(1); at >= 0; at = seen.indexOf(1, at + 1)) {
        const cell = at % plane
        if (rankOf(cell, (at - cell) / plane) >= limit) leaks = true
        else if (cell !== own) cells[cell] = 1
      }
    }
    return { cells, leaks }
  }
  const [row, column] = clampPixel(asked, height, width)
  const own = row * width + column
  const { cells, leaks } = seenBy(own)
  let [top, first, last, seen, blind] = [row, column, column, 0, 0]
  for (let cell = 0; cell < plane; cell++) {
    if (cell === own || rankOf(cell, 0) > rankOf(own, groups - 1)) continue
    if (!cells[cell]) {
      cells[cell] = 2
      blind++
      continue
    }
    seen++
    top = Math.min(top, Math.floor(cell / width))
    first = Math.min(first, cell % width)
    last = Math.max(last, cell % width)
  }
  const text = ordering
    ? `${count(seen)} of ${count(seen + blind)} earlier pixels`
    : `${last - first + 1} × ${row - top + 1} pixels above and left` + (blind > 0 ? `; ${count(blind)} earlier ${blind === 1 ? 'pixel' : 'pixels'} unseen` : '')
  const size = largest((pixel) => seenByGroup(pixel, groups - 1), grid, ordering)
  return { receptiveField: { text, size, map: { height, width, pixel: [row, column], cells } }, leaks }
}

/** The most dimensions that any conditional sees: that of one of the pixels generated last, of which there are as many as columns. */
function largest(seenBy: (pixel: number) => PositionSet, { height, width, groups }: Grid, ordering?: Int32Array): number {
  // Wide images: columns a step apart, which finds the widest to within that step.
  const step = Math.max(1, Math.floor(width / 32))
  const places = Math.ceil(width / step)
  const known = new Map<number, number>()
  const sizeAt = (place: number): number => {
    const size = known.get(place) ?? flagged(seenBy(lastPixel(place * step)))
    known.set(place, size)
    return size
  }
  const lastPixel = (back: number): number => (ordering ? Math.floor(ordering[(height * width - back) * groups - 1]! / groups) : height * width - 1 - back)
  /** None further back can see more than all that is before it. */
  const seesAll = (place: number): boolean => sizeAt(place) >= (height * width - place * step) * groups - 1
  if (ordering) {
    for (let place = 0; place < places; place++) if (seesAll(place)) break
  } else if (!seesAll(0)) {
    // From the edge inwards more of a field lies within the image, then less again on the other side: in each row as much as two edges leave of it,
    // which is concave, as is the sum of the rows.
    let [low, high] = [0, places - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sizeAt(middle) < sizeAt(middle + 1)) low = middle + 1
      else high = middle
    }
    sizeAt(low)
  }
  return Math.max(...known.values())
}

function flagged(set: PositionSet): number {
  let count = 0
  for (let index = 0; index < set.length; index++) count += set[index]!
  return count
}
