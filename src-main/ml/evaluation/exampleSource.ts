/** The examples of one split, as the packed store's reader gives them. */
export interface ExampleSource {
  /** Number of examples. */
  readonly count: number
  /** Dimensions (audio: samples) of example `index`. */
  lengthOf(index: number): number
  readonly totalDimensions: number
  /** Levels 0…K−1 of examples of fixed shape, indices.length × D; `epoch` sets what dynamic binarisation draws. */
  read(indices: ArrayLike<number>, epoch: number): Promise<Float32Array>
  /** Audio: levels of samples [start, start + length) of one example, 0 outside of it. */
  readWindow(index: number, start: number, length: number): Promise<Float32Array>
  /** Features beside example `index` as they are stored: `count` frames from `first` on, [count × size]; the last frame goes on behind the end. */
  featuresOf?(index: number, first: number, count: number): Promise<Float32Array>
  labelsOf(indices: ArrayLike<number>): Promise<Int32Array | null>
}
