import type { TileShape } from './raster'

/** Screen pixels below a wall of clips, for what plays and stops them. */
export const CLIP_CONTROLS = 36

/** Whole pixels before all others. */
const WHOLE = 1000

/**
 * The number of columns with which `count` pictures of one shape fill a box of width × height pixels best: at a large whole zoom, with few empty
 * places in the last row, and nearly square.
 */
export function fittingColumns(count: number, shape: TileShape, width: number, height: number, gap: number): number {
  let best = { columns: Math.max(1, count), score: -Infinity, skew: Infinity }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const fitting = Math.min(((width + gap) / columns - gap) / shape.width, ((height + gap) / rows - gap) / shape.height)
    // Below one pixel for each of theirs every fraction counts, and an even last row is not worth it.
    const empty = (columns * rows - count) / (columns * rows)
    const score = fitting >= 1 ? WHOLE + Math.floor(fitting) * (1 - 2 * empty) : fitting
    const skew = Math.abs(Math.log((columns * shape.width) / (rows * shape.height)))
    if (score > best.score || (score === best.score && skew < best.skew)) best = { columns, score, skew }
  }
  return best.columns
}

/** How many cells stand in a row when `count` of them share a page. */
export function cellColumns(count: number, wide: boolean): number {
  if (count <= 1) return 1
  if (!wide) return 2
  return count === 4 ? 2 : Math.min(3, count)
}
