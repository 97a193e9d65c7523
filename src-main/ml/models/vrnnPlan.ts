import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import type { VrnnConfig } from '../../contract/inspect/vrnn'
import type { SamplingPlan } from '../kernels/operations'
import { latentPlan } from './latentPlan'
import type { Weights } from './model'

/** VRNN as operations of the sampling kernels: the state is kept from frame to frame. */
export function vrnnPlan(weights: Weights, config: VrnnConfig, domain: Domain, steps: number): SamplingPlan {
  const { latent: Z, hidden: H, features: X } = config
  return latentPlan({
    ...{ weights, config, domain, steps },
    sizes: { latent: Z, context: X, features: X, units: X },
    net({ plan, weight, dense, draw }) {
      // [φ_z, s] is read by the output, [φ_x, φ_z, h] by the gates.
      const [toOutput, latentOut, state] = plan.vectors(X, H)
      const [toGates, values, latentIn, hidden] = plan.vectors(X, X, H)
      const [z, gates, cell] = [plan.vector(Z), plan.vector(4 * H), plan.vector(H)]
      return {
        begin(step, noise, context) {
          step.copy(hidden!, state!)
          if (!isSeries(domain)) step.table({ table: weight('position'), to: state!, index: 'position', add: true })
          draw(step, 'prior', state!, X, noise, z)
          dense(step, 'latent', z, latentOut!, 'relu')
          dense(step, 'decoder', toOutput, context, 'relu')
        },
        end(step, features) {
          step.copy(features, values!)
          step.copy(latentOut!, latentIn!)
          dense(step, 'recurrence', toGates, gates)
          step.lstm({ gates, order: ['input', 'forget', 'candidate', 'output'], cell, hidden: hidden! })
        },
      }
    },
  })
}
