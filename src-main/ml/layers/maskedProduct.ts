import { matMul } from '../tensor/linear'
import type { MatrixPart } from '../tensor/matrixParts'
import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { DegreeRule } from './maskedDense'
import { maskedWeight } from './maskedDense'

/** Below this many weights the parts are too small to be worth their calls. */
const WORTHWHILE = 65_536
/** More parts leave out more and cost more calls: five leave out two fifths. */
const PARTS = 5

/**
 * x [B, in] · (weight ⊙ mask) [in, out] -> [B, out], the mask joining degrees as in `maskedWeight`. Where the weight comes in its
 * `maskedParts`, what lies beyond them is neither stored nor multiplied nor differentiated.
 */
export function maskedProduct(x: tf.Tensor, weight: tf.Tensor | readonly tf.Tensor[], from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  return isTensor(weight) ? matMul(x, maskedWeight(weight, from, to, rule)) : staircaseProduct(x, weight, from, to, rule)
}

const isTensor = (weight: tf.Tensor | readonly tf.Tensor[]): weight is tf.Tensor => !Array.isArray(weight)

/**
 * Degrees in ascending order make a staircase of the mask: these are columns side by side, each down to the last row that one of them
 * keeps. null where the order is another, or the matrix small.
 */
export function maskedParts(from: Int32Array, to: Int32Array, rule: DegreeRule): MatrixPart[] | null {
  return from.length * to.length >= WORTHWHILE && ascending(from) && ascending(to) ? stairs(from, to, rule) : null
}

function staircaseProduct(x: tf.Tensor, weights: readonly tf.Tensor[], from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  const parts = stairs(from, to, rule)
  const masked = (matrix: tf.Tensor, { rows, start, end }: MatrixPart): tf.Tensor2D =>
    maskedWeight(matrix, from.subarray(0, rows), to.subarray(start, end), rule)

  return differentiable(
    { x, ...Object.fromEntries(weights.map((weight, index) => [index, weight])) },
    (save) => {
      const kept = parts.map((part, index) => masked(weights[index]!, part))
      save(x, ...kept)
      return tf.concat(
        parts.map(({ rows }, index) => matMul(columns(x, 0, rows), kept[index]!)),
        1,
      )
    },
    (gradient, [savedX, ...kept]) => ({
      x: () =>
        tf.addN(
          parts.map(({ start, end }, index) => followedByZeros(matMul(columns(gradient, start, end), kept[index]!, false, true), from.length)),
        ),
      ...Object.fromEntries(
        parts.map((part, index) => [
          index,
          () => masked(matMul(columns(savedX!, 0, part.rows), columns(gradient, part.start, part.end), true), part),
        ]),
      ),
    }),
  )
}

/** Columns [start, end). */
function columns(matrix: tf.Tensor, start: number, end: number): tf.Tensor2D {
  const [height, width] = matrix.shape as [number, number]
  return start === 0 && end === width ? (matrix as tf.Tensor2D) : tf.slice(matrix as tf.Tensor2D, [0, start], [height, end - start])
}

/** [B, k] -> [B, width] */
const followedByZeros = (matrix: tf.Tensor2D, width: number): tf.Tensor2D =>
  matrix.shape[1] === width ? matrix : tf.pad(matrix, [[0, 0], [0, width - matrix.shape[1]]])

function stairs(from: Int32Array, to: Int32Array, rule: DegreeRule): MatrixPart[] {
  const keptBy = (degree: number): number => {
    const first = from.findIndex((source) => (rule === 'at most' ? source > degree : source >= degree))
    return first < 0 ? from.length : first
  }
  return Array.from({ length: PARTS }, (_, index) => {
    const [start, end] = [index, index + 1].map((edge) => Math.round((edge * to.length) / PARTS)) as [number, number]
    // Columns that see nothing see one row of zeros, so that no part is empty.
    return { start, end, rows: Math.max(1, keptBy(to[end - 1]!)) }
  })
}

const ascending = (degrees: Int32Array): boolean => degrees.every((degree, index) => index === 0 || degrees[index - 1]! <= degree)
