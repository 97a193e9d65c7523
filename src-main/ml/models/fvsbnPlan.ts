import { PlanBuilder } from '../kernels/planBuilder'
import type { SamplingPlan } from '../kernels/operations'
import { roundUp } from '../kernels/pack'
import type { Weights } from './model'

/** Logits of all dimensions in generation order; an accepted 1 adds its row of weights to those that come later. */
export function fvsbnPlan(weights: Weights, ordering: Int32Array): SamplingPlan {
  const weight = weights.get('weight')!.data
  const bias = weights.get('bias')!.data
  const dimensions = ordering.length
  const padded = roundUp(dimensions, 4)
  const table = new Float32Array(dimensions * padded)
  const start = new Float32Array(padded)
  for (let step = 0; step < dimensions; step++) {
    const row = ordering[step]! * dimensions
    start[step] = bias[ordering[step]!]!
    for (let later = step + 1; later < dimensions; later++) table[step * padded + later] = weight[row + ordering[later]!]!
  }
  const plan = new PlanBuilder({ steps: dimensions })
  const [all, logit] = [plan.vector(padded), plan.vector(1)]
  plan.start.table({ table: start, to: all, index: 'step' })
  plan.step.slice(all, logit, 1, 'step')
  plan.step.drawBernoulli(logit)
  plan.step.accumulate({ to: all, table, triangular: true })
  return plan.build()
}
