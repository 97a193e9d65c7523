import type { Examination, RankingScore } from '../../src-main/contract'
import { formatLikelihood, significant } from './format'

/** Scores by example, the higher the more unusual; null where the examination has none. Too little surprise is as unusual as too much. */
export function scoresOf({ nats, typicality, complexity, surprise }: Examination, score: RankingScore): readonly number[] | null {
  if (score === 'raw') return nats
  if (score === 'typicality') return typicality
  return score === 'complexity' ? complexity : surprise
}

/** Positions in the examination, the most unusual (or the most usual) first; ties as they come. */
export function rankedPositions(examination: Examination, score: RankingScore, unusualFirst: boolean): number[] {
  const scores = scoresOf(examination, score)
  if (!scores) return []
  const key = score === 'surprise' ? scores.map(Math.abs) : scores
  const sign = unusualFirst ? -1 : 1
  return Array.from(key.keys()).sort((a, b) => sign * (key[a]! - key[b]!) || a - b)
}

/** A score in as few characters as stand below a thumbnail. */
export function formatScore(value: number, score: RankingScore): string {
  if (score === 'complexity') return significant(Math.round(value))
  return score === 'surprise' ? significant(value, 2) : formatLikelihood(value, 'nats')
}

/** Where the tiles of a long grid lie, in screen pixels: whole zooms, a caption under each. */
export interface TileGrid {
  columns: number
  rows: number
  /** Screen pixels per image pixel. */
  zoom: number
  tileWidth: number
  tileHeight: number
  /** From one row to the next, and from one column to the next. */
  rowHeight: number
  columnWidth: number
  /** Left of the first column. */
  margin: number
  height: number
}

export const CAPTION_HEIGHT = 18
const GAP = 10

export function layoutTiles(count: number, shape: { width: number; height: number }, available: number, wanted = 64): TileGrid {
  const zoom = shape.width > wanted * 1.5 ? (wanted * 1.5) / shape.width : Math.max(1, Math.round(wanted / Math.max(shape.width, shape.height)))
  const [tileWidth, tileHeight] = [Math.round(shape.width * zoom), Math.round(shape.height * zoom)]
  const columnWidth = Math.max(tileWidth, 52) + GAP
  const columns = Math.max(1, Math.floor((available + GAP) / columnWidth))
  const rowHeight = tileHeight + CAPTION_HEIGHT + GAP
  const rows = Math.ceil(count / columns)
  return { columns, rows, zoom, tileWidth, tileHeight, rowHeight, columnWidth, margin: Math.max(0, Math.floor((available + GAP - columns * columnWidth) / 2)), height: rows * rowHeight }
}

/** Tiles of the rows that are in sight. */
export function visibleTiles({ columns, rowHeight }: TileGrid, count: number, top: number, height: number): { from: number; to: number } {
  const first = Math.max(0, Math.floor(top / rowHeight))
  const last = Math.ceil((top + height) / rowHeight)
  return { from: Math.min(count, first * columns), to: Math.min(count, last * columns) }
}
