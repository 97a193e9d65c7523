/** Mean of each of `columns` equal stretches; a value of its own where there are fewer values than columns. */
export function columnMeans(values: Float32Array, columns: number): Float32Array {
  const used = Math.max(1, Math.min(columns, values.length))
  return Float32Array.from({ length: used }, (_value, column) => {
    const start = Math.floor((column * values.length) / used)
    const end = Math.max(start + 1, Math.floor(((column + 1) * values.length) / used))
    let sum = 0
    for (let index = start; index < end; index++) sum += values[index] ?? 0
    return sum / (end - start)
  })
}

/** A line through values as an SVG path in the unit square, `highest` at its top and 0 at its bottom. */
export function linePath(values: Float32Array, highest: number): string {
  let path = ''
  values.forEach((value, column) => {
    const y = 1 - Math.max(0, Math.min(1, value / highest))
    path += `${column === 0 ? 'M' : 'L'}${((column + 0.5) / values.length).toFixed(5)} ${y.toFixed(4)}`
  })
  return path
}

/** The samples [from, to) that the conditional of `sample` sees, where it sees `size` before it. */
export function seenBefore(sample: number, size: number): { from: number; to: number } {
  return { from: Math.max(0, sample - size), to: sample }
}
