import { hilbertCells } from './orderingsHilbert'

/** The order in which the chain rule visits the dimensions. Channels lie innermost in a pixel: red, green, blue. */
export const orderingKinds = ['raster', 'reverse', 'column', 'diagonal', 'hilbert', 'random'] as const
export type OrderingKind = (typeof orderingKinds)[number]

/**
 * ordering[step] = the dimension (raster index) generated at that step.
 * raster: row by row; reverse: from the last dimension back; column: column by column, channels in their usual order inside a pixel;
 * diagonal: by anti-diagonals from the top left corner, each from its top down; hilbert: along a space-filling curve, whose steps go to a
 * neighbouring pixel; random: a permutation fixed by the seed. Shapes other than [height, width, channels] have no columns, diagonals or
 * curves: there these three are 'raster'.
 */
export function orderingOf(kind: OrderingKind, shape: readonly number[], seed = 0): Int32Array {
  const dimensions = shape.reduce((product, size) => product * size, 1)
  const raster = Int32Array.from({ length: dimensions }, (_value, index) => index)
  switch (kind) {
    case 'raster':
      return raster
    case 'reverse':
      return raster.reverse()
    case 'column':
      return byPixels(shape, (height, width) =>
        Array.from({ length: height * width }, (_value, pixel) => (pixel % height) * width + Math.floor(pixel / height)),
      )
    case 'diagonal':
      return byPixels(shape, diagonalCells)
    case 'hilbert':
      return byPixels(shape, hilbertCells)
    case 'random':
      return shuffled(raster, seed)
  }
}

/** Visits pixels in the order of `cells` (row · width + column), and in each its channels in their usual order. */
function byPixels(shape: readonly number[], cells: (height: number, width: number) => number[]): Int32Array {
  if (shape.length !== 3) return orderingOf('raster', shape)
  const [height, width, channels] = shape as [number, number, number]
  return Int32Array.from(cells(height, width).flatMap((cell) => Array.from({ length: channels }, (_value, channel) => cell * channels + channel)))
}

/** Cells by anti-diagonals row + column = 0, 1, …, each from its top row down. */
function diagonalCells(height: number, width: number): number[] {
  const cells: number[] = []
  for (let diagonal = 0; diagonal < height + width - 1; diagonal++) {
    const last = Math.min(height - 1, diagonal)
    for (let row = Math.max(0, diagonal - width + 1); row <= last; row++) cells.push(row * width + diagonal - row)
  }
  return cells
}

/** rank[dimension] = the step at which it is generated: the inverse permutation. */
export function ranksOf(ordering: Int32Array): Int32Array {
  const ranks = new Int32Array(ordering.length)
  ordering.forEach((dimension, step) => {
    ranks[dimension] = step
  })
  return ranks
}

/** True when dimension i is generated at step i, so that nothing need be permuted. */
export function isRaster(ordering: Int32Array): boolean {
  return ordering.every((dimension, step) => dimension === step)
}

/** Fisher and Yates with numbers from `integersBelow`; in place. */
export function shuffled<T extends Int32Array>(values: T, seed: number): T {
  const below = integersBelow(seed)
  for (let last = values.length - 1; last > 0; last--) {
    const other = below(last + 1)
    const kept = values[last]!
    values[last] = values[other]!
    values[other] = kept
  }
  return values
}

/** A small seeded generator of integers in 0…bound − 1 (splitmix32), free of tensors, so that inspecting and building agree. */
export function integersBelow(seed: number): (bound: number) => number {
  let state = (seed ^ 0x9e3779b9) | 0
  return (bound) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * bound)
  }
}
