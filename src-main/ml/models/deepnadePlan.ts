import type { Distribution } from '../distributions/distribution'
import type { SamplingPlan, ScheduledRows } from '../kernels/operations'
import { padRows, roundUp } from '../kernels/pack'
import { PlanBuilder } from '../kernels/planBuilder'
import { scaledLevel } from './maskedNet'
import type { MaskedNet } from './maskedNet'
import type { Weights } from './model'

interface DeepNadePlanOptions {
  net: MaskedNet
  weights: Weights
  ordering: Int32Array
  levels: number
  distribution: Distribution
}

/**
 * The first layer's activation is carried: what is drawn adds its row of W and of the mask's weights. Of the deeper layers each step is a product,
 * and of the output only the rows of its own dimension.
 */
export function deepNadePlan({ net, weights, ordering, levels, distribution }: DeepNadePlanOptions): SamplingPlan {
  const { hidden, activation, outputs: P } = net
  const D = ordering.length
  const data = (name: string): Float32Array => weights.get(net.prefix + name)!.data
  const plan = new PlanBuilder({ steps: D })
  const { step } = plan

  // Units are padded with ones whose weights onward are zeros.
  const widths = hidden.map((units) => roundUp(units, 4))
  const first = widths[0]!
  const carried = plan.vector(first)
  plan.start.table({ table: padRows(data('hidden.0.bias'), hidden[0]!, first), to: carried, index: 'step' })

  let below = plan.vector(first)
  step.activate(activation, carried, below)
  for (let layer = 1; layer < hidden.length; layer++) {
    const [inputs, units] = [hidden[layer - 1]!, hidden[layer]!]
    const width = widths[layer]!
    const weight = new Float32Array(below.size * width)
    weight.set(padRows(data(`hidden.${layer}.weight`), units, width).subarray(0, inputs * width))
    const above = plan.vector(width)
    step.dense({ from: below, to: above, weight, bias: padRows(data(`hidden.${layer}.bias`), units, width), activation })
    below = above
  }
  const last = hidden.at(-1)!
  const [output, bias] = [data('output.weight'), weights.get('output.bias')!.data]
  const logits = plan.vector(P)
  const steps = Array.from(ordering, (dimension): ScheduledRows => ({
    at: 0,
    weight: output.subarray(dimension * P * last, (dimension + 1) * P * last),
    inputs: last,
    bias: bias.subarray(dimension * P, (dimension + 1) * P),
  }))
  step.scheduledRows({ from: below, to: logits, steps })
  step.drawFrom(distribution, logits)

  const K = net.levels
  const [W, M] = [data('hidden.0.weight'), data('mask.weight')]
  const units = hidden[0]!
  const [shown, masked] = [new Float32Array(D * (K ?? 1) * first), new Float32Array(D * first)]
  ordering.forEach((dimension, at) => {
    masked.set(M.subarray(dimension * units, (dimension + 1) * units), at * first)
    for (let row = 0; row < (K ?? 1); row++) {
      const from = (dimension * (K ?? 1) + row) * units
      shown.set(W.subarray(from, from + units), (at * (K ?? 1) + row) * first)
    }
  })
  step.accumulate(K === null ? { to: carried, table: shown, ...scaledLevel(levels) } : { to: carried, table: shown, levels: K })
  step.accumulate({ to: carried, table: masked, scale: 0, shift: 1 })
  return plan.build()
}
