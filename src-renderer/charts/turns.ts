/** Of followers that hold `values`, the one whose turn it is to take `value`, beginning at `next`; −1 when all have it. */
export function nextTurn<Value>(values: readonly Value[], value: Value, next: number): number {
  for (let step = 0; step < values.length; step++) {
    const place = (next + step) % values.length
    if (values[place] !== value) return place
  }
  return -1
}
