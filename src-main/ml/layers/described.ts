import type { PhaseWriter, PlanBuilder } from '../kernels/planBuilder'
import type { PixelMap, Vector } from '../kernels/operations'
import type { Grid } from '../../contract/inspect/blocks/stream'
import type { DescribedFrames } from './conditionFrames'

/** What flows between layers in a sampling plan: vectors that hold the position at hand. */
export interface DescribedStreams {
  main: Vector
  skip: Vector | null
  /** The condition vector of the sample (one-hot for classes). */
  condition?: Vector
  /** Where the condition is a sequence of features: those of the step at hand. */
  frames?: DescribedFrames
  /** The image as the input layer gives it, with the values drawn so far. */
  image?: Vector
  /** Features that every pixel may see: where they begin in what the sample is conditioned on, channels of each pixel after those of the one before. */
  context?: { first: number; channels: number }
  /** The vertical stack: where the layer keeps its output for the row at hand, complete once the row has begun. */
  vertical?: PixelMap
}

export interface DescribeContext {
  plan: PlanBuilder
  grid: Grid
  weight(name: string): Float32Array
  /** Where the map of a `context-input` begins in what the sample is conditioned on. */
  contextFirst?: number
}

/**
 * A layer as operations of the sampling kernels. Called once; it writes into every phase, of which there is one for each channel group of a
 * position, and a phase computes the outputs of its own group only: earlier groups stand, later ones are nobody's to read yet.
 */
export type DescribeLayer = (context: DescribeContext, streams: DescribedStreams) => DescribedStreams

/** For each phase of a position its writer and the channels of its group. */
export function byGroup({ plan }: DescribeContext, groupOf: Int32Array): Array<{ phase: PhaseWriter; from: number; size: number }> {
  return plan.phases.map((phase, group) => {
    const from = groupOf.findIndex((candidate) => candidate === group)
    const size = groupOf.reduce((count, candidate) => count + Number(candidate === group), 0)
    return { phase, from: Math.max(0, from), size }
  })
}

/** The columns of a matrix [rows, columns] in another order, or some of them. */
export function columnsInOrder(weight: Float32Array, columns: number, order: ArrayLike<number>): Float32Array {
  const rows = weight.length / columns
  const result = new Float32Array(rows * order.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < order.length; column++) result[row * order.length + column] = weight[row * columns + order[column]!]!
  }
  return result
}

/** Arrays one after the other. */
export function concatenated(...arrays: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    result.set(array, at)
    at += array.length
  }
  return result
}

/** Matrices of `rows` rows laid side by side. */
export function sideBySide(rows: number, matrices: readonly Float32Array[]): Float32Array {
  const widths = matrices.map(({ length }) => length / rows)
  const columns = widths.reduce((sum, width) => sum + width, 0)
  const result = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    let at = row * columns
    matrices.forEach((matrix, index) => {
      const width = widths[index]!
      result.set(matrix.subarray(row * width, (row + 1) * width), at)
      at += width
    })
  }
  return result
}
