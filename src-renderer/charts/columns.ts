/**
 * Named columns of numbers that grow at their end: a million points cost what their numbers take, and none of them is copied when more come.
 * A value that a row lacks is NaN.
 */
export class Columns<Name extends string> {
  length = 0
  private readonly arrays = new Map<Name, Float64Array>()
  private capacity = 64

  constructor(readonly names: readonly Name[]) {
    for (const name of names) this.arrays.set(name, new Float64Array(this.capacity))
  }

  push(row: Readonly<Partial<Record<Name, number>>>): void {
    if (this.length === this.capacity) this.grow()
    for (const [name, array] of this.arrays) array[this.length] = row[name] ?? NaN
    this.length++
  }

  /** At least `length` numbers; what lies beyond is no value. */
  values(name: Name): Float64Array {
    return this.arrays.get(name)!
  }

  /** One row; negative indices count from the end. */
  at(index: number): Record<Name, number> | undefined {
    const row = index < 0 ? this.length + index : index
    if (row < 0 || row >= this.length) return undefined
    return Object.fromEntries(this.names.map((name) => [name, this.values(name)[row]!])) as Record<Name, number>
  }

  private grow(): void {
    this.capacity *= 2
    for (const [name, array] of this.arrays) {
      const larger = new Float64Array(this.capacity)
      larger.set(array)
      this.arrays.set(name, larger)
    }
  }
}
