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
  /**
   * Layers of a vertical stack: the whole of its row [W × channels] from that of the layer below (empty before the first). Called at the
   * first pixel of each row, when every row above is known, and before `compute` there.
   */
  row?(sample: number, row: number, below: Float32Array): Float32Array
}

/** What a sampler is given beside the weights: conditions [batch × S] and a context map for every position [batch × H × W × F]. */
export interface IncrementalInputs {
  /** The image so far, as the input layer gives it [batch × H × W × (C + 1)]; whole pixels only once all their channels are drawn. */
  image?: Float32Array
  condition?: Float32Array
  context?: Float32Array
}

export type BuildIncremental = (weight: (name: string) => Float32Array, batch: number, inputs: IncrementalInputs) => IncrementalLayer

/**
 * output[0…outputs) += input[from … from + inputs) · weight[at …], weight rows of `outputs` numbers. Zero inputs (half of them, behind a
 * ReLU) cost nothing; the others are taken four at a time, so that the output is read and written a quarter as often.
 */
export function accumulate(
  output: Float32Array,
  outputs: number,
  input: Float32Array,
  from: number,
  inputs: number,
  weight: Float32Array,
  at: number,
): void {
  let index = 0
  while (index < inputs) {
    while (index < inputs && input[from + index] === 0) index++
    if (index >= inputs) return
    const first = input[from + index]!
    const firstRow = at + index++ * outputs
    while (index < inputs && input[from + index] === 0) index++
    const second = index < inputs ? input[from + index]! : 0
    const secondRow = index < inputs ? at + index++ * outputs : firstRow
    while (index < inputs && input[from + index] === 0) index++
    const third = index < inputs ? input[from + index]! : 0
    const thirdRow = index < inputs ? at + index++ * outputs : firstRow
    while (index < inputs && input[from + index] === 0) index++
    const fourth = index < inputs ? input[from + index]! : 0
    const fourthRow = index < inputs ? at + index++ * outputs : firstRow
    for (let out = 0; out < outputs; out++) {
      output[out] =
        output[out]! +
        first * weight[firstRow + out]! +
        second * weight[secondRow + out]! +
        third * weight[thirdRow + out]! +
        fourth * weight[fourthRow + out]!
    }
  }
}

/** target[0…count) = max(0, source) */
export function rectify(source: Float32Array, count: number, target: Float32Array, at = 0): void {
  for (let index = 0; index < count; index++) {
    const value = source[index]!
    target[at + index] = value > 0 ? value : 0
  }
}
