/** Rows shorter than 8 × 8 are tables even when their length is a square (nltcs has 16 answers, not 4 × 4 pixels). */
const SMALLEST_SIDE = 8

/** Whether a row of this length may be a square grey image. */
export function isSquareImage(dimensions: number): boolean {
  const side = Math.round(Math.sqrt(dimensions))
  return side >= SMALLEST_SIDE && side * side === dimensions
}
