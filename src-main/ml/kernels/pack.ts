/** Streams that are computed side by side: one, with outputs in the SIMD lane, or eight, with the stream in it. */
export type Lanes = 1 | 8

/** Widths of the blocks that `outputs` are computed in: see assembly/dense.ts. */
function blockWidths(outputs: number, lanes: Lanes): number[] {
  const widths: number[] = []
  let left = outputs
  if (lanes === 8) {
    for (; left >= 4; left -= 4) widths.push(4)
    for (; left > 0; left--) widths.push(1)
    return widths
  }
  for (const width of [32, 16, 8]) {
    for (; left >= width; left -= width) widths.push(width)
  }
  for (; left > 0; left -= 4) widths.push(4)
  return widths
}

/** [inputs, outputs] -> blocks of outputs, each [inputs][width], the last one padded with zeros. */
export function packDense(weight: Float32Array, outputs: number, lanes: Lanes): Float32Array {
  const inputs = outputs === 0 ? 0 : weight.length / outputs
  const widths = blockWidths(outputs, lanes)
  const packed = new Float32Array(inputs * widths.reduce((sum, width) => sum + width, 0))
  let at = 0
  let first = 0
  for (const width of widths) {
    const real = Math.min(width, outputs - first)
    for (let input = 0; input < inputs; input++) {
      const from = input * outputs + first
      for (let output = 0; output < real; output++) packed[at + output] = weight[from + output]!
      at += width
    }
    first += width
  }
  return packed
}

/** Rows of `columns` numbers padded with zeros to `padded` numbers each. */
export function padRows(values: Float32Array, columns: number, padded: number): Float32Array {
  if (columns === padded) return values
  const rows = columns === 0 ? 0 : values.length / columns
  const result = new Float32Array(rows * padded)
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * columns, (row + 1) * columns), row * padded)
  return result
}

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple
