/** A line of text is cut where it is longer than this. */
export const LONGEST_LINE = 65_536

export interface PieceRule {
  by: 'fixed' | 'lines'
  /** Of pieces of fixed length. */
  length: number
  /** Level that ends a line, −1 where there is none. */
  lineEnd: number
}

/** Levels of a text cut into pieces, all of it in order: of one length but for the last, or a piece for each line with its end. */
export function piecesOf(levels: Uint8Array, { by, length, lineEnd }: PieceRule): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let start = 0; start < levels.length; ) {
    const most = Math.min(levels.length, start + (by === 'fixed' ? length : LONGEST_LINE))
    const lineEnds = by === 'lines' && lineEnd >= 0 ? levels.indexOf(lineEnd, start) : -1
    const end = by === 'lines' && lineEnds >= 0 ? Math.min(most, lineEnds + 1) : most
    pieces.push(levels.subarray(start, end))
    start = end
  }
  return pieces
}
