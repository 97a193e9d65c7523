import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { latentLayers } from '../../contract/inspect/stcn'
import type { StcnConfig } from '../../contract/inspect/stcn'
import type { SamplingPlan } from '../kernels/operations'
import { part } from '../kernels/planBuilder'
import { columnsOf } from '../kernels/planBuilder'
import { latentPlan } from './latentPlan'
import type { Weights } from './model'

/** STCN as operations of the sampling kernels: queues of the convolutions, taken on at the end of each frame. */
export function stcnPlan(weights: Weights, config: StcnConfig, domain: Domain, steps: number): SamplingPlan {
  const { channels: C, layers, kernel, latents, dense: all, past } = config
  const total = latents.reduce((sum, size) => sum + size, 0)
  const places = latentLayers(config)
  return latentPlan({
    ...{ weights, config, domain, steps },
    sizes: { latent: total, context: C, features: C, units: C },
    net({ plan, weight, dense, draw }) {
      // d_{t−1} of every layer: zeros before the first frame.
      const d = Array.from({ length: layers }, () => plan.vector(C))
      const queues = d.map((_layer, layer) => plan.queue(C, kernel, 2 ** layer))
      const [taps, gates, gated, residual] = [plan.vector(kernel * C), plan.vectors(C, C), plan.vector(C), plan.vector(C)]
      // What the output is told: the levels side by side, then the past.
      const told = all ? latents : latents.slice(0, 1)
      const [output, ...parts] = plan.vectors(...told, ...(past ? [C] : []))
      const z = latents.map((size, level) => (level < told.length ? parts[level]! : plan.vector(size)))
      const inputs = latents.map((_size, level) => plan.vectors(C, ...(latents[level + 1] ? [latents[level + 1]!] : [])))
      const placed = (step: Parameters<typeof dense>[0], layer: number, to: (typeof d)[number]): void => {
        step.copy(d[layer]!, to)
        if (!isSeries(domain)) step.table({ table: weight('position'), to, index: 'position', add: true })
      }
      return {
        begin(step, noise, context) {
          for (let level = latents.length - 1; level >= 0; level--) {
            const [whole, own, above] = inputs[level]!
            placed(step, places[level]! - 1, own!)
            if (above) step.copy(z[level + 1]!, above)
            const first = latents.slice(0, level).reduce((sum, size) => sum + size, 0)
            draw(step, `prior.${level}`, whole, C, part(noise, first, latents[level]!), z[level]!)
          }
          if (past) placed(step, layers - 1, parts.at(-1)!)
          dense(step, 'decoder', output, context, 'relu')
        },
        end(step, features) {
          let from = features
          for (let layer = 0; layer < layers; layer++) {
            const [, filter, gate] = gates
            step.queue({ ...queues[layer]!, from, to: taps, taps: kernel, dilation: 2 ** layer })
            const [product, bias] = [weight(`layers.${layer}.gates.weight`), weight(`layers.${layer}.gates.bias`)]
            ;[filter!, gate!].forEach((to, half) =>
              step.dense({ from: taps, to, weight: columnsOf(product, 2 * C, half * C, C), bias: bias.subarray(half * C, (half + 1) * C) }),
            )
            step.gate(filter!, gate!, gated)
            dense(step, `layers.${layer}.residual`, gated, residual)
            step.add(from, residual, d[layer]!)
            from = d[layer]!
          }
        },
      }
    },
  })
}
