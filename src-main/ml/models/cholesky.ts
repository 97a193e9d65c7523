/**
 * Lower-triangular factors in double precision, matrices row by row in one array [n · n]. Inner products run along rows, so they are quick;
 * `breathe` is called every few rows.
 */
type Breathe = () => Promise<void>

const ROWS_BETWEEN_BREATHS = 32

function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let [first, second] = [0, 0]
  let index = 0
  for (; index + 1 < length; index += 2) {
    first += a[fromA + index]! * b[fromB + index]!
    second += a[fromA + index + 1]! * b[fromB + index + 1]!
  }
  if (index < length) first += a[fromA + index]! * b[fromB + index]!
  return first + second
}

/** A = L Lᵀ from the lower half of A; null when A is not positive definite. */
export async function choleskyFactor(matrix: Float64Array, size: number, breathe: Breathe): Promise<Float64Array | null> {
  const factor = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    const at = row * size
    for (let column = 0; column < row; column++) {
      factor[at + column] = (matrix[at + column]! - dot(factor, at, factor, column * size, column)) / factor[column * size + column]!
    }
    const pivot = matrix[at + row]! - dot(factor, at, factor, at, row)
    if (!(pivot > 0)) return null
    factor[at + row] = Math.sqrt(pivot)
    if (row % ROWS_BETWEEN_BREATHS === 0) await breathe()
  }
  return factor
}

/** z with L z = v, for rows of v [count · n]; overwrites them. */
export async function solveLower(factor: Float64Array, size: number, rows: Float64Array, breathe: Breathe): Promise<void> {
  for (let at = 0; at < rows.length; at += size) {
    for (let index = 0; index < size; index++) {
      rows[at + index] = (rows[at + index]! - dot(factor, index * size, rows, at, index)) / factor[index * size + index]!
    }
    await breathe()
  }
}

/** Transposed inverse of L: row j holds column j of L⁻¹, 0 left of the diagonal. */
export async function transposedInverse(factor: Float64Array, size: number, breathe: Breathe): Promise<Float64Array> {
  const inverse = new Float64Array(size * size)
  for (let column = 0; column < size; column++) {
    const at = column * size
    inverse[at + column] = 1 / factor[at + column]!
    for (let row = column + 1; row < size; row++) {
      inverse[at + row] = -dot(factor, row * size + column, inverse, at + column, row - column) / factor[row * size + row]!
    }
    if (column % ROWS_BETWEEN_BREATHS === 0) await breathe()
  }
  return inverse
}
