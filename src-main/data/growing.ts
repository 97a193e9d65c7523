/** A list of numbers that grows without boxing them: `count` values in a typed array that doubles when full. */
export class GrowingNumbers<Values extends Uint16Array | Uint32Array | Float64Array> {
  count = 0

  constructor(private values: Values) {}

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new (this.values.constructor as new (length: number) => Values)(Math.max(1024, 2 * this.count))
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.count++] = value
  }

  at(index: number): number {
    return this.values[index]!
  }

  /** The values so far; valid until the next push. */
  view(): Values {
    return this.values.subarray(0, this.count) as Values
  }
}
