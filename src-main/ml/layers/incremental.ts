/**
 * A layer evaluated one position at a time, for the cached sampler: positions of a sample come in raster order, and what later ones will
 * read of earlier ones is kept. Plain arrays, no allocation after construction.
 */
export interface IncrementalLayer {
  /** Channels of its output. */
  outputs: number
  /** Keeps the layer's input at a position for later ones; absent where nobody looks back. Repeated calls replace it. */
  store?(sample: number, position: number, input: Float32Array): void
  /** Computes the output at a position from the input there (stored or not) and from what was kept; adds to `skip`. */
  compute(sample: number, position: number, input: Float32Array, output: Float32Array, skip: Float32Array): void
}

export type BuildIncremental = (weight: (name: string) => Float32Array, batch: number) => IncrementalLayer

/** output[0…outputs) += input[from … from + inputs) · weight[at …], weight rows of `outputs` numbers. Zero inputs (half of them, behind a ReLU) cost nothing. */
export function accumulate(output: Float32Array, outputs: number, input: Float32Array, from: number, inputs: number, weight: Float32Array, at: number): void {
  for (let index = 0; index < inputs; index++) {
    const value = input[from + index]!
    if (value === 0) continue
    const row = at + index * outputs
    for (let out = 0; out < outputs; out++) output[out] = output[out]! + value * weight[row + out]!
  }
}

/** target[0…count) = max(0, source) */
export function rectify(source: Float32Array, count: number, target: Float32Array, at = 0): void {
  for (let index = 0; index < count; index++) {
    const value = source[index]!
    target[at + index] = value > 0 ? value : 0
  }
}
