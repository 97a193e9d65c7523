import type { ReceptiveField } from '../../src-main/contract'
import type { FieldPicture } from '../../src-main/contract/builder'

/** What of a field is drawn. */
export type DrawnField = Omit<FieldPicture, 'seen' | 'text'>

/** The field of whole pixels that an inspection answers. */
export function fieldOfMap({ height, width, cells, pixel: [row, column] }: NonNullable<ReceptiveField['map']>): DrawnField {
  const blind = cells.reduce((sum, state) => sum + (state === 2 ? 1 : 0), 0)
  return { height, width, channels: 1, place: { row, column, channel: 0 }, cells, blind, leaking: 0, byChannel: false }
}

/** Later (or itself), seen, earlier but not seen, and seen although it is not earlier. */
export type CellState = 'later' | 'seen' | 'blind' | 'leak'
const states: readonly CellState[] = ['later', 'seen', 'blind', 'leak']

/** A field as it is drawn: pixels in rows and columns, each with a state for every channel. */
export interface FieldCells {
  rows: number
  columns: number
  channels: number
  /** Places past the last step of a sequence in the last row. */
  empty: number
  /** Index of the place whose field it is. */
  own: number
}

/** Sequences are laid out in reading order, in rows of so many steps. */
const MOST_COLUMNS = 36

export function fieldCells({ height, width, channels, place }: Pick<FieldPicture, 'height' | 'width' | 'channels' | 'place'>): FieldCells {
  const columns = height > 1 ? width : Math.min(width, MOST_COLUMNS)
  const places = height * width
  const rows = Math.ceil(places / columns)
  return { rows, columns, channels, empty: rows * columns - places, own: place.row * width + place.column }
}

export function stateOf(picture: Pick<FieldPicture, 'cells' | 'channels'>, cell: number, channel: number): CellState {
  return states[picture.cells[cell * picture.channels + channel] ?? 0]!
}

/** What one place is as a whole: the most telling of its channels. */
export function stateOfPlace(picture: Pick<FieldPicture, 'cells' | 'channels'>, cell: number): CellState {
  const found = Array.from({ length: picture.channels }, (_value, channel) => stateOf(picture, cell, channel))
  return (['leak', 'seen', 'blind'] as const).find((state) => found.includes(state)) ?? 'later'
}

/** The place at a row and a column of the drawing, as the model knows it; null past the end. */
export function placeAt(
  picture: Pick<FieldPicture, 'height' | 'width' | 'channels' | 'place'>,
  row: number,
  column: number,
): { row: number; column: number } | null {
  const { rows, columns } = fieldCells(picture)
  const [r, c] = [Math.min(rows - 1, Math.max(0, row)), Math.min(columns - 1, Math.max(0, column))]
  const cell = r * columns + c
  if (cell >= picture.height * picture.width) return null
  return { row: Math.floor(cell / picture.width), column: cell % picture.width }
}
