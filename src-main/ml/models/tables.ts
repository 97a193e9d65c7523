import type { Domain } from '../../contract/domain'
import type { TableLayout } from '../../contract/inspect/tables'
import { distributionFor } from '../distributions/distributionFor'
import { rowsOf } from '../tensor/rowsOf'
import { tf } from '../tensor/tf'
import type { CachedSampler, Fitter } from './model'

/** The layout for examples of a length: fixed shapes have one, sequences one for each length. */
export type LayoutFor = (length: number) => TableLayout

/** x [B, D] levels -> the row of the tables that each conditional reads, [B, D] int32: offset + Σ_j x_{parent j} K^j. */
function rowNumbers(x: tf.Tensor, { parents, offsets }: TableLayout, levels: number): tf.Tensor {
  const [batch, length] = x.shape as [number, number]
  const most = parents.reduce((longest, own) => Math.max(longest, own.length), 0)
  if (most === 0) return tf.mul(tf.ones([batch, 1], 'int32'), tf.expandDims(tf.tensor1d(offsets, 'int32'), 0))
  // A column of zeros stands for parents that are not there.
  const indices = Int32Array.from({ length: length * most }, (_value, at) => parents[Math.floor(at / most)]![at % most] ?? length)
  const columns = tf.concat([x, tf.zeros([batch, 1])], 1)
  const looked = tf.reshape(tf.gather(columns, tf.tensor1d(indices, 'int32'), 1), [batch, length, most])
  const digits = tf.tensor1d(Float32Array.from({ length: most }, (_value, place) => levels ** place))
  // Whole numbers below 2²⁴, so float32 holds them exactly.
  return tf.add(tf.cast(tf.sum(tf.mul(looked, digits), 2), 'int32'), tf.tensor1d(offsets, 'int32'))
}

/** logits [contexts · P], x [B, D] -> [B, D, P]: each conditional's row of its table. */
export function tableConditionals(logits: tf.Tensor, x: tf.Tensor, layout: TableLayout, levels: number): tf.Tensor {
  const perDimension = levels === 2 ? 1 : levels
  return rowsOf(tf.reshape(logits, [layout.contexts, perDimension]), rowNumbers(x, layout, levels))
}

export interface Counting {
  /** Pseudo-count of each level in every row. */
  prior: number
  backOff: boolean
}

/**
 * Counts n(c, v) of every row c, then p(v | c) = (n(c, v) + αK q(v)) / (n(c) + αK): q is even, or backing off what the row without its last
 * parent predicts, itself smoothed in the same way.
 */
export function tableFitter(layoutFor: LayoutFor, levels: number, { prior, backOff }: Counting): Fitter {
  let counts: Float64Array | null = null
  let tables = new Map<number, number>()
  return {
    add(values, rows) {
      const length = values.length / rows
      const layout = layoutFor(length)
      counts ??= new Float64Array(layout.contexts * levels)
      layout.parents.forEach((own, dimension) => {
        tables.set(layout.offsets[dimension]!, own.length)
        for (let row = 0; row < rows; row++) {
          let number = layout.offsets[dimension]!
          let digit = 1
          for (const parent of own) {
            number += values[row * length + parent]! * digit
            digit *= levels
          }
          const at = number * levels + values[row * length + dimension]!
          counts![at] = counts![at]! + 1
        }
      })
    },
    async finish(breathe) {
      if (!counts) throw new Error('There are no training examples to count.')
      const perDimension = levels === 2 ? 1 : levels
      const logits = new Float32Array((counts.length / levels) * perDimension)
      for (const [offset, order] of tables) {
        const rows = levels ** order
        const probabilities = smoothed(counts.subarray(offset * levels, (offset + rows) * levels), levels, prior, backOff)
        for (let row = 0; row < rows; row++) {
          const from = row * levels
          if (levels === 2) logits[offset + row] = Math.log(probabilities[from + 1]! / probabilities[from]!)
          else for (let level = 0; level < levels; level++) logits[offset * levels + from + level] = Math.log(probabilities[from + level]!)
        }
        await breathe()
      }
      counts = null
      tables = new Map()
      return { logits }
    },
  }
}

/** counts [rows × K] -> probabilities [rows × K]; with back-off by the table that lacks the most significant digit. */
function smoothed(counts: Float64Array, levels: number, prior: number, backOff: boolean): Float64Array {
  const rows = counts.length / levels
  const shorter = backOff && rows > 1 ? smoothed(withoutLastParent(counts, levels), levels, prior, true) : null
  const probabilities = new Float64Array(counts.length)
  for (let row = 0; row < rows; row++) {
    let total = prior * levels
    for (let level = 0; level < levels; level++) total += counts[row * levels + level]!
    const below = (row % (rows / levels)) * levels
    for (let level = 0; level < levels; level++) {
      const share = shorter ? shorter[below + level]! : 1 / levels
      probabilities[row * levels + level] = (counts[row * levels + level]! + prior * levels * share) / total
    }
  }
  return probabilities
}

function withoutLastParent(counts: Float64Array, levels: number): Float64Array {
  const sums = new Float64Array(counts.length / levels)
  counts.forEach((value, at) => {
    sums[at % sums.length] = sums[at % sums.length]! + value
  })
  return sums
}

/** Reads a row of the tables at each step. `parentSteps(step)`: the row's offset, and how many steps back each parent was generated. */
export function tableSampler(
  logits: Float32Array,
  batch: number,
  levels: number,
  parentSteps: (step: number) => { offset: number; back: ArrayLike<number> },
): CachedSampler {
  const perDimension = levels === 2 ? 1 : levels
  const out = new Float32Array(batch * perDimension)
  const history: Float32Array[] = []
  return {
    logits(step) {
      const { offset, back } = parentSteps(step)
      for (let sample = 0; sample < batch; sample++) {
        let row = offset
        let digit = 1
        for (let parent = 0; parent < back.length; parent++) {
          row += history[step - back[parent]!]![sample]! * digit
          digit *= levels
        }
        out.set(logits.subarray(row * perDimension, (row + 1) * perDimension), sample * perDimension)
      }
      return out
    },
    accept(step, values) {
      history[step] = values.slice(0, batch)
    },
  }
}

/** `parentSteps` of a layout by dimension under an ordering. */
export function stepsOfLayout(layout: TableLayout, ordering: Int32Array, ranks: Int32Array): (step: number) => { offset: number; back: Int32Array } {
  const back = Array.from(ordering, (dimension, step) => layout.parents[dimension]!.map((parent) => step - ranks[parent]!))
  return (step) => ({ offset: layout.offsets[ordering[step]!]!, back: back[step]! })
}

/** Start of training by gradients: every row at the marginal distribution would need statistics per position; even rows need none. */
export const tableParameters = (domain: Pick<Domain, 'levels'>, contexts: number) => [
  { name: 'logits', shape: [contexts * distributionFor(domain).parametersPerDimension], init: { kind: 'zeros' as const } },
]
