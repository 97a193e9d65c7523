/** Flags of the pixels [H · W] that lie in every `factor`-th row and column. */
export function coarseCells(shape: readonly number[], factor: number): Uint8Array {
  const [height = 1, width = 1] = shape
  return Uint8Array.from({ length: height * width }, (_value, cell) => (Math.floor(cell / width) % factor === 0 && (cell % width) % factor === 0 ? 1 : 0))
}

/** The sub-sampled pixels in raster order, then all others in raster order; channels innermost. */
export function multiscaleOrdering(shape: readonly number[], factor: number): Int32Array {
  const channels = shape[2] ?? 1
  const coarse = coarseCells(shape, factor)
  const cells = [1, 0].flatMap((wanted) => Array.from(coarse.keys()).filter((cell) => coarse[cell] === wanted))
  return Int32Array.from(cells.flatMap((cell) => Array.from({ length: channels }, (_value, channel) => cell * channels + channel)))
}
