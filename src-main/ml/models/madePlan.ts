import type { MadeConfig } from '../../contract/inspect/made'
import type { MadeDegrees } from '../../contract/inspect/madeDegrees'
import type { Distribution } from '../distributions/distribution'
import { PlanBuilder } from '../kernels/planBuilder'
import type { SamplingPlan, ScheduledRows } from '../kernels/operations'
import { roundUp } from '../kernels/pack'
import type { Weights } from './model'

interface MadePlanOptions {
  weights: Weights
  degrees: MadeDegrees
  ordering: Int32Array
  levels: number
  oneHot: boolean
  distribution: Distribution
  config: MadeConfig
}

/**
 * MADE computes each unit once per sample: a unit of degree m is final as soon as m dimensions are known. With the units of each layer laid
 * out in the order of their degrees, what a unit sees is a prefix of the layer below, so masked weights are not even stored.
 */
export function madePlan({ weights, degrees, ordering, levels, oneHot, distribution, config }: MadePlanOptions): SamplingPlan {
  const dimensions = ordering.length
  const P = distribution.parametersPerDimension
  const data = (name: string): Float32Array => weights.get(name)!.data
  const plan = new PlanBuilder({ steps: dimensions })
  const { step } = plan

  const input = layerInOrder(degrees.input)
  const perInput = oneHot ? levels : 1
  const x = plan.vector(roundUp(dimensions * perInput, 4))
  let below = { vector: x, layer: input }
  degrees.hidden.forEach((units, index) => {
    const layer = layerInOrder(units)
    const vector = plan.vector(roundUp(units.length, 4))
    const weight = data(`hidden.${index}.weight`)
    const bias = data(`hidden.${index}.bias`)
    // At step s, s dimensions are known: the units of degree s are computed.
    const steps = Array.from({ length: dimensions }, (_value, degree): ScheduledRows => {
      const from = layer.upTo(degree - 1)
      const own = layer.order.subarray(from, layer.upTo(degree))
      return { at: from, ...rowsOf(weight, units.length, own, below.layer.order.subarray(0, below.layer.upTo(degree))), bias: own.length ? Float32Array.from(own, (unit) => bias[unit]!) : NONE }
    })
    step.scheduledRows({ from: below.vector, to: vector, steps, activation: config.activation })
    below = { vector, layer }
  })

  const logits = plan.vector(P)
  const outputs = dimensions * P
  const outputBias = data('output.bias')
  const outputRows = (name: string, layer: LayerInOrder, bias: (unit: number) => number): ScheduledRows[] =>
    Array.from({ length: dimensions }, (_value, known) => {
      const own = Int32Array.from({ length: P }, (_parameter, parameter) => ordering[known]! * P + parameter)
      return { at: 0, ...rowsOf(data(name), outputs, own, layer.order.subarray(0, layer.upTo(known))), bias: Float32Array.from(own, bias) }
    })
  step.scheduledRows({ from: below.vector, to: logits, steps: outputRows('output.weight', below.layer, (unit) => outputBias[unit]!) })
  if (config.direct) step.scheduledRows({ from: x, to: logits, steps: outputRows('direct.weight', input, () => 0), add: true })
  step.drawFrom(distribution, logits)

  const scaled = levels === 2 ? {} : { scale: 2 / (levels - 1), shift: -1 }
  step.value({ offset: x.offset, size: perInput }, oneHot ? { stride: levels, levels } : { stride: 1, ...scaled })
  return plan.build()
}

const NONE = new Float32Array(0)

interface LayerInOrder {
  /** Units by degree, then by number. */
  order: Int32Array
  /** How many units have a degree of at most this. */
  upTo(degree: number): number
}

function layerInOrder(degrees: Int32Array): LayerInOrder {
  const order = Int32Array.from(degrees.keys()).sort((a, b) => degrees[a]! - degrees[b]! || a - b)
  const highest = degrees.reduce((most, degree) => Math.max(most, degree), 0)
  const counts = new Int32Array(highest + 1)
  for (const degree of degrees) counts[degree] = counts[degree]! + 1
  for (let degree = 1; degree <= highest; degree++) counts[degree] = counts[degree]! + counts[degree - 1]!
  return { order, upTo: (degree) => (degree < 0 ? 0 : counts[Math.min(degree, highest)]!) }
}

/** Weights [own, inputs] of some units over some inputs of a matrix [in, out]. */
function rowsOf(weight: Float32Array, columns: number, own: Int32Array, inputs: Int32Array): { weight: Float32Array; inputs: number } {
  const rows = new Float32Array(own.length * inputs.length)
  let at = 0
  for (const unit of own) for (const source of inputs) rows[at++] = weight[source * columns + unit]!
  return { weight: rows, inputs: inputs.length }
}
