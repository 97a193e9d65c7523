import type { Domain } from '../../contract/domain'
import type { LatentFields } from '../../contract/inspect/latent'
import { distributionFor } from '../distributions/distributionFor'
import type { SamplingPlan, Vector } from '../kernels/operations'
import { part, PlanBuilder } from '../kernels/planBuilder'
import type { PhaseWriter } from '../kernels/planBuilder'
import type { PlanWriter } from '../kernels/planWriter'
import { LEAST_DEVIATION } from './latentFrames'
import type { Weights } from './model'

/** What a net describes itself with. */
export interface LatentPlanParts {
  plan: PlanBuilder
  weight(name: string): Float32Array
  /** name.weight and name.bias as a product. */
  dense(step: PlanWriter, name: string, from: Vector, to: Vector, activation?: 'identity' | 'relu'): void
  /** μ + σ ε of the net `name`, whose hidden layer has `hidden` units, with the numbers of `noise`. Answers z. */
  draw(step: PlanWriter, name: string, from: Vector, hidden: number, noise: Vector, to: Vector): void
}

interface LatentPlanOptions {
  weights: Weights
  config: LatentFields
  domain: Domain
  steps: number
  /** L, latent numbers of a frame; C, what the output is told; X, features of a frame. */
  sizes: { latent: number; context: number; features: number; units: number }
  /** Operations at the start of a frame: from ε [L] to what the output is told [C]; and at its end: the state, from the frame's features [X]. */
  net(parts: LatentPlanParts): { begin(step: PhaseWriter, noise: Vector, context: Vector): void; end(step: PhaseWriter, features: Vector): void }
}

/**
 * Frames as phases of the kernels: before the first value of a frame its latents are drawn, with standard normal numbers given as the condition
 * [S·L]; behind its last one the frame is taken into the state.
 */
export function latentPlan({ weights, config, domain, steps, sizes, net }: LatentPlanOptions): SamplingPlan {
  const { frame, reach, embedding: E } = config
  const frames = Math.ceil(steps / frame)
  const plan = new PlanBuilder({ phases: frame, conditionSize: frames * sizes.latent, steps })
  const weight = (name: string): Float32Array => {
    const found = weights.get(name)
    if (!found) throw new Error(`The weights lack the tensor '${name}'.`)
    return found.data
  }
  const dense: LatentPlanParts['dense'] = (step, name, from, to, activation = 'identity') =>
    step.dense({ from, to, weight: weight(`${name}.weight`), bias: weight(`${name}.bias`), activation })
  const draw: LatentPlanParts['draw'] = (step, name, from, hidden, noise, to) => {
    const [inside, both] = [plan.vector(hidden), plan.vector(2 * to.size)]
    dense(step, `${name}.hidden`, from, inside, 'relu')
    dense(step, `${name}.output`, inside, both)
    const [mean, spread] = [part(both, 0, to.size), part(both, to.size, to.size)]
    step.activate('softplus', spread)
    step.affine(spread, spread, 1, LEAST_DEVIATION)
    step.combine('product', spread, noise, spread)
    step.add(mean, spread, to)
  }
  const { begin, end } = net({ plan, weight, dense, draw })

  const distribution = distributionFor(domain)
  const [noise, context, features] = [plan.vector(sizes.latent), plan.vector(sizes.context), plan.vector(sizes.features)]
  const spread = plan.vector(frame * sizes.units)
  const values = plan.vector(frame * E)
  const hidden = plan.vector(sizes.units)
  const logits = plan.vector(distribution.parametersPerDimension)
  const table = weight('embedding')
  // Before the first value there is none: the row behind the levels is zero.
  const withStart = new Float32Array(table.length + E)
  withStart.set(table)
  const reached = reach > 0 ? { value: plan.vector(E), taps: plan.vector(reach * E), ...plan.queue(E, reach, 1) } : null
  plan.phases.forEach((step, phase) => {
    if (phase === 0) {
      step.condition(noise, { stride: sizes.latent })
      begin(step, noise, context)
      dense(step, 'output.spread', context, spread)
    }
    const own = part(spread, phase * sizes.units, sizes.units)
    if (reached) {
      step.table({ table: withStart, to: reached.value, index: 'value' })
      step.queue({ ...reached, from: reached.value, to: reached.taps, taps: reach, dilation: 1 })
      step.dense({ from: reached.taps, to: hidden, weight: weight('output.reach.weight'), plus: own, activation: 'relu' })
    } else step.activate('relu', own, hidden)
    dense(step, 'output.logits', hidden, logits)
    step.drawFrom(distribution, logits)
    step.table({ table: withStart, to: part(values, phase * E, E), index: 'value' })
    if (phase === frame - 1) {
      dense(step, 'input', values, features, 'relu')
      end(step, features)
    }
  })
  return plan.build()
}
