import { matMul } from '../tensor/linear'
import { differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { DegreeRule } from './maskedDense'
import { maskedWeight } from './maskedDense'

/** Below this many weights the parts are too small to be worth their calls. */
const WORTHWHILE = 65_536
const BLOCKS = 4

/** Columns [start, end) of the weight: all of them keep rows [0, whole), some of them rows [whole, some), none of them later rows. */
interface Block {
  start: number
  end: number
  whole: number
  some: number
}

/**
 * x [B, in] · (weight ⊙ mask) [in, out] -> [B, out], the mask joining degrees as in `maskedWeight`. Degrees in ascending order make a
 * staircase of the mask: the product is then taken in blocks of columns, and what the stairs leave out is neither multiplied nor
 * differentiated, three eighths of the work.
 */
export function maskedProduct(x: tf.Tensor, weight: tf.Tensor, from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  const worthwhile = nativeBackend() !== null && from.length * to.length >= WORTHWHILE && ascending(from) && ascending(to)
  return worthwhile ? staircaseProduct(x, weight, from, to, rule) : matMul(x, maskedWeight(weight, from, to, rule))
}

function staircaseProduct(x: tf.Tensor, weight: tf.Tensor, from: Int32Array, to: Int32Array, rule: DegreeRule): tf.Tensor2D {
  const blocks = stairs(from, to, rule)
  const below = (w: tf.Tensor, { start, end, whole }: Block): tf.Tensor2D => partOf(w, 0, whole, start, end)
  const masked = (part: tf.Tensor, { start, end, whole, some }: Block): tf.Tensor2D =>
    maskedWeight(part, from.subarray(whole, some), to.subarray(start, end), rule)
  const stair = (w: tf.Tensor, block: Block): tf.Tensor2D => masked(partOf(w, block.whole, block.some, block.start, block.end), block)
  const columns = (matrix: tf.Tensor, start: number, end: number): tf.Tensor2D => partOf(matrix, 0, matrix.shape[0]!, start, end)

  return differentiable(
    { x, weight },
    (save) => {
      save(x, weight)
      const batch = x.shape[0]!
      return tf.concat(
        blocks.map((block) => {
          const parts: tf.Tensor2D[] = []
          if (block.whole > 0) parts.push(matMul(columns(x, 0, block.whole), below(weight, block)))
          if (block.some > block.whole) parts.push(matMul(columns(x, block.whole, block.some), stair(weight, block)))
          return parts.length === 0 ? (tf.zeros([batch, block.end - block.start]) as tf.Tensor2D) : (tf.addN(parts) as tf.Tensor2D)
        }),
        1,
      )
    },
    (gradient, [savedX, savedWeight]) => ({
      x: () =>
        tf.addN(
          blocks.map((block) => {
            const upstream = columns(gradient, block.start, block.end)
            const parts: tf.Tensor2D[] = []
            if (block.whole > 0) parts.push(matMul(upstream, below(savedWeight!, block), false, true))
            if (block.some > block.whole) parts.push(matMul(upstream, stair(savedWeight!, block), false, true))
            return joined(parts, [x.shape[0]!, from.length - block.some], 1)
          }),
        ),
      weight: () =>
        tf.concat(
          blocks.map((block) => {
            const upstream = columns(gradient, block.start, block.end)
            const parts: tf.Tensor2D[] = []
            if (block.whole > 0) parts.push(matMul(columns(savedX!, 0, block.whole), upstream, true))
            if (block.some > block.whole) parts.push(masked(matMul(columns(savedX!, block.whole, block.some), upstream, true), block))
            return joined(parts, [from.length - block.some, block.end - block.start], 0)
          }),
          1,
        ),
    }),
  )
}

/** The parts one after the other along the axis, then zeros of the shape given. */
function joined(parts: tf.Tensor2D[], [rows, columns]: [number, number], axis: 0 | 1): tf.Tensor2D {
  const all = rows > 0 && columns > 0 ? [...parts, (tf.zeros([rows, columns]) as tf.Tensor2D)] : parts
  return all.length === 1 ? all[0]! : (tf.concat(all, axis) as tf.Tensor2D)
}

function partOf(matrix: tf.Tensor, top: number, bottom: number, left: number, right: number): tf.Tensor2D {
  const [rows, columns] = matrix.shape as [number, number]
  if (top === 0 && left === 0 && bottom === rows && right === columns) return matrix as tf.Tensor2D
  return tf.slice(matrix as tf.Tensor2D, [top, left], [bottom - top, right - left])
}

function stairs(from: Int32Array, to: Int32Array, rule: DegreeRule): Block[] {
  const keptBy = (degree: number): number => {
    const first = from.findIndex((source) => (rule === 'at most' ? source > degree : source >= degree))
    return first < 0 ? from.length : first
  }
  return Array.from({ length: BLOCKS }, (_, index) => {
    const [start, end] = [index, index + 1].map((edge) => Math.round((edge * to.length) / BLOCKS)) as [number, number]
    return { start, end, whole: keptBy(to[start]!), some: keptBy(to[end - 1]!) }
  })
}

const ascending = (degrees: Int32Array): boolean => degrees.every((degree, index) => index === 0 || degrees[index - 1]! <= degree)
