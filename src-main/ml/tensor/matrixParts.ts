/** Rows [0, rows) of columns [start, end) of a matrix. */
export interface MatrixPart {
  rows: number
  start: number
  end: number
}

/** What part number `index` of a parameter is called where it stands for itself. */
export const partName = (parameter: string, index: number): string => `${parameter}[${index}]`

/** The part, a matrix of its own, of a matrix of `width` columns. */
export function cutPart(matrix: Float32Array, width: number, { rows, start, end }: MatrixPart): Float32Array {
  const part = new Float32Array(rows * (end - start))
  for (let row = 0; row < rows; row++) part.set(matrix.subarray(row * width + start, row * width + end), row * (end - start))
  return part
}

/** Writes the part back where it was cut from. */
export function pastePart(matrix: Float32Array, width: number, { rows, start, end }: MatrixPart, part: Float32Array): void {
  for (let row = 0; row < rows; row++) matrix.set(part.subarray(row * (end - start), (row + 1) * (end - start)), row * width + start)
}
