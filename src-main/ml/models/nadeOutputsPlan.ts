import type { Distribution } from '../distributions/distribution'
import type { SamplingPlan, ScheduledRows } from '../kernels/operations'
import { padRows, roundUp } from '../kernels/pack'
import { PlanBuilder } from '../kernels/planBuilder'
import type { NadeShape } from './nadeOutputs'
import type { Weights } from './model'

interface NadeOutputsPlanOptions {
  weights: Weights
  ordering: Int32Array
  shape: NadeShape
  distribution: Distribution
  /** What a value enters as, where it is a number: scale · value + shift. */
  scaled: { scale: number; shift: number }
}

/** NADE with any inputs and outputs as operations of the sampling kernels: the activation is carried, and of the output each step has rows of its own. */
export function nadeOutputsPlan({ weights, ordering, shape, distribution, scaled }: NadeOutputsPlanOptions): SamplingPlan {
  const { hidden, outputs: P, levels, activation } = shape
  const [W, V, b, c] = ['W', 'V', 'b', 'c'].map((name) => weights.get(name)!.data) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const rescale = weights.get('rescale')?.data
  const D = ordering.length
  const width = roundUp(hidden, 4)
  const plan = new PlanBuilder({ steps: D })
  const { step } = plan

  // Units are padded with ones whose weights onward are zeros.
  const [carried, h, logits] = [plan.vector(width), plan.vector(width), plan.vector(P)]
  plan.start.table({ table: padRows(c, hidden, width), to: carried, index: 'step' })
  if (rescale) {
    const rho = plan.vector(width)
    const table = new Float32Array(D * width)
    ordering.forEach((dimension, at) => table.fill(rescale[dimension]!, at * width, (at + 1) * width))
    step.table({ table, to: rho, index: 'step' })
    step.combine('product', carried, rho, h)
    step.activate(activation, h)
  } else step.activate(activation, carried, h)
  const steps = Array.from(ordering, (dimension): ScheduledRows => ({
    at: 0,
    weight: transposed(V.subarray(dimension * hidden * P, (dimension + 1) * hidden * P), hidden, P),
    inputs: hidden,
    bias: b.subarray(dimension * P, (dimension + 1) * P),
  }))
  step.scheduledRows({ from: h, to: logits, steps })
  step.drawFrom(distribution, logits)

  const rows = levels ?? 1
  const table = new Float32Array(D * rows * width)
  ordering.forEach((dimension, at) => {
    const own = W.subarray(dimension * rows * hidden, (dimension + 1) * rows * hidden)
    table.set(padRows(own, hidden, width), at * rows * width)
  })
  step.accumulate(levels === null ? { to: carried, table, ...scaled } : { to: carried, table, levels })
  return plan.build()
}

/** [rows, columns] -> [columns, rows] */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!
  return result
}
