import { PlanBuilder } from '../kernels/planBuilder'
import type { SamplingPlan } from '../kernels/operations'
import { earlierLogit } from './earlier'
import type { Weights } from './model'

/** NADE is a kernel of its own; its rows are only brought into generation order. */
export function nadePlan(weights: Weights, ordering: Int32Array): SamplingPlan {
  const c = weights.get('c')!.data
  const inOrder = (name: string, columns: number): Float32Array => {
    const values = weights.get(name)!.data
    const result = new Float32Array(values.length)
    ordering.forEach((dimension, step) => result.set(values.subarray(dimension * columns, (dimension + 1) * columns), step * columns))
    return result
  }
  const plan = new PlanBuilder({ steps: ordering.length })
  const logits = plan.vector(1)
  plan.nade({ logits, W: inOrder('W', c.length), V: inOrder('V', c.length), b: inOrder('b', 1), c })
  const weight = weights.get('direct')?.data
  const direct = weight && earlierLogit(plan, weight, new Float32Array(ordering.length), ordering)
  if (direct) plan.step.add(logits, direct.logit)
  plan.step.drawBernoulli(logits)
  direct?.after()
  return plan.build()
}
