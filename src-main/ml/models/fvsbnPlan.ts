import { PlanBuilder } from '../kernels/planBuilder'
import type { SamplingPlan } from '../kernels/operations'
import { earlierLogit } from './earlier'
import type { Weights } from './model'

/** Logits of all dimensions in generation order. */
export function fvsbnPlan(weights: Weights, ordering: Int32Array): SamplingPlan {
  const plan = new PlanBuilder({ steps: ordering.length })
  const { logit, after } = earlierLogit(plan, weights.get('weight')!.data, weights.get('bias')!.data, ordering)
  plan.step.drawBernoulli(logit)
  after()
  return plan.build()
}
