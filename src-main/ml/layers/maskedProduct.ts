import { matMul } from '../tensor/linear'
import { differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { DegreeRule } from './maskedDense'
import { maskedWeight } from './maskedDense'

/** Below this many weights the parts are too small to be worth their calls. */
const WORTHWHILE = 65_536
/** More blocks leave out more and cost more calls: five leave out two fifths. */
const BLOCKS = 5

/** Columns [start, end) of the weight, of which some keep rows [0, rows) and none keeps later ones. */
interface Block {
  start: number
  end: number
  rows: number
}

/**
 * x [B, in] · (weight ⊙ mask) [in, out] -> [B, out], the mask joining degrees as in `maskedWeight`. Degrees in ascending order make a
 * staircase of the mask: the product is then taken in blocks of columns, and most of what lies beyond the stairs is neither multiplied nor
 * differentiated.
 */
export function maskedProduct(x: tf.Tensor, weight: tf.Tensor, from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  const worthwhile = nativeBackend() !== null && from.length * to.length >= WORTHWHILE && ascending(from) && ascending(to)
  return worthwhile ? staircaseProduct(x, weight, from, to, rule) : matMul(x, maskedWeight(weight, from, to, rule))
}

function staircaseProduct(x: tf.Tensor, weight: tf.Tensor, from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  const blocks = stairs(from, to, rule)
  const columns = (matrix: tf.Tensor, start: number, end: number): tf.Tensor2D => partOf(matrix, matrix.shape[0]!, start, end)
  const masked = (part: tf.Tensor, { start, end, rows }: Block): tf.Tensor2D => maskedWeight(part, from.subarray(0, rows), to.subarray(start, end), rule)

  return differentiable(
    { x, weight },
    (save) => {
      const kept = blocks.map((block) => masked(partOf(weight, block.rows, block.start, block.end), block))
      save(x, ...kept)
      return tf.concat(
        blocks.map((block, index) => matMul(columns(x, 0, block.rows), kept[index]!)),
        1,
      )
    },
    (gradient, [savedX, ...kept]) => ({
      x: () =>
        tf.addN(
          blocks.map(({ start, end }, index) => {
            const part = matMul(columns(gradient, start, end), kept[index]!, false, true) // [B, rows]
            return followedByZeros(part, x.shape[0]!, from.length)
          }),
        ),
      weight: () =>
        tf.concat(
          blocks.map((block) => {
            const { start, end, rows } = block
            const part = masked(matMul(columns(savedX!, 0, rows), columns(gradient, start, end), true), block) // [rows, end − start]
            return followedByZeros(part, from.length, end - start)
          }),
          1,
        ),
    }),
  )
}

const followedByZeros = (matrix: tf.Tensor2D, rows: number, columns: number): tf.Tensor2D => {
  const [height, width] = matrix.shape
  return height === rows && width === columns ? matrix : tf.pad(matrix, [[0, rows - height], [0, columns - width]])
}

/** The first rows of columns [start, end). */
function partOf(matrix: tf.Tensor, rows: number, start: number, end: number): tf.Tensor2D {
  const [height, width] = matrix.shape as [number, number]
  return rows === height && start === 0 && end === width ? (matrix as tf.Tensor2D) : tf.slice(matrix as tf.Tensor2D, [0, start], [rows, end - start])
}

function stairs(from: Int32Array, to: Int32Array, rule: DegreeRule): Block[] {
  const keptBy = (degree: number): number => {
    const first = from.findIndex((source) => (rule === 'at most' ? source > degree : source >= degree))
    return first < 0 ? from.length : first
  }
  return Array.from({ length: BLOCKS }, (_, index) => {
    const [start, end] = [index, index + 1].map((edge) => Math.round((edge * to.length) / BLOCKS)) as [number, number]
    // Columns that see nothing see one row of zeros, so that no part is empty.
    return { start, end, rows: Math.max(1, keptBy(to[end - 1]!)) }
  })
}

const ascending = (degrees: Int32Array): boolean => degrees.every((degree, index) => index === 0 || degrees[index - 1]! <= degree)
