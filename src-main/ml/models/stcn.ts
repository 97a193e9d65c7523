import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import type { StcnConfig } from '../../contract/inspect/stcn'
import { latentLayers, stcn as description, stcnContext, stcnParameters } from '../../contract/inspect/stcn'
import { causalTaps } from '../tensor/causalTaps'
import { gatedLinear } from '../tensor/gatedLinear'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { divergenceOf, drawn, logRatioOf } from './latentBound'
import type { Normal } from './latentBound'
import { dense, normalOf, repeated } from './latentFrames'
import { latentModel } from './latentModel'
import type { LatentNet } from './latentModel'
import type { Family, Parameters, Weights } from './model'
import { parameterOf } from './parameterOf'
import { stcnPlan } from './stcnPlan'

/**
 * Stochastic temporal convolutional networks (Aksan & Hilliges 2019). Gated causal convolutions over frames give features d_t^l that see x_≤t; each
 * level of the latents stands on some layer, and is drawn from the top down (with a vector of the position added to d for examples of one shape):
 *   prior      z_t^l ~ N(μ_p, σ_p²),  [μ_p, r] = prior_l(d_{t−1}^l, z_t^{l+1})                       (their eq. 6)
 *   inference  [μ̂, r̂] = posterior_l(d_t^l, z_t^{l+1}), joined with the prior by their precisions:     (eq. 7, after Sønderby et al. 2016)
 *              1/σ_q² = 1/σ̂² + 1/σ_p²,  μ_q = σ_q² (μ̂/σ̂² + μ_p/σ_p²)
 *   output     c_t = relu([z_t^1, …, z_t^L] W + b) (dense), or of z_t^1 alone; with `past` also of the last layer's d_{t−1}
 * The past reaches z_t through x alone, never through earlier latents: so p(x_t | x_<t) of each frame is an integral by itself, and its draws
 * are weighed by themselves, which makes the bound of a score tight. Within a frame values are as in VRNN: see `reach`.
 *
 * Weights: see stcnParameters; the filter of the gates, then the gate, rows of the oldest tap first.
 */
export const stcn: Family<StcnConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const ordering = configuredOrdering(config, domain)
    const plan = (weights: Weights, steps: number) => stcnPlan(weights, config, domain, steps)
    const context = stcnContext(config)
    // Clips are scored in windows that count as much as their context is long.
    const together = isSeries(domain) ? Math.min(ordering.length, context + Math.max(context, 1024)) : ordering.length
    const model = latentModel({ config, domain, ordering, named: stcnParameters(config, domain), statistics, net: stcnNet(config, domain), plan, together })
    return isSeries(domain) ? { ...model, receptiveField: context } : model
  },
}

function stcnNet(config: StcnConfig, domain: Domain): LatentNet {
  const { layers, kernel, latents, dense: all, past } = config
  const places = latentLayers(config)
  const size = latents.reduce((sum, own) => sum + own, 0)
  /** Where the numbers of a level begin among those of a frame. */
  const firsts = latents.map((_own, level) => latents.slice(0, level).reduce((sum, own) => sum + own, 0))
  const noiseOf = (noise: tf.Tensor, level: number): tf.Tensor => tf.slice(noise, [0, 0, firsts[level]!], [noise.shape[0]!, noise.shape[1]!, latents[level]!])

  /** d^1 … d^layers of features [B, S, C], each [B, S, C]. */
  const convolve = (parameters: Parameters, features: tf.Tensor): tf.Tensor[] => {
    const outputs: tf.Tensor[] = []
    let h = features
    for (let layer = 0; layer < layers; layer++) {
      const taps = causalTaps(h, Array.from({ length: kernel - 1 }, (_value, tap) => (kernel - 1 - tap) * 2 ** layer)) // [B, S, k·C]
      const gated = gatedLinear(taps, parameterOf(parameters, `layers.${layer}.gates.weight`), parameterOf(parameters, `layers.${layer}.gates.bias`))
      h = tf.add(h, dense(parameters, `layers.${layer}.residual`, gated))
      outputs.push(h)
    }
    return outputs
  }
  const placed = (parameters: Parameters, d: tf.Tensor): tf.Tensor => {
    if (isSeries(domain)) return d
    const [, frames, channels] = d.shape as [number, number, number]
    return tf.add(d, tf.slice(parameterOf(parameters, 'position'), [0, 0], [frames, channels]))
  }
  /** d_{t−1}, zeros before the first frame. */
  const before = (d: tf.Tensor): tf.Tensor => {
    const [batch, frames, channels] = d.shape as [number, number, number]
    const start = tf.zeros([batch, 1, channels])
    return frames === 1 ? start : tf.concat([start, tf.slice(d, [0, 0, 0], [batch, frames - 1, channels])], 1)
  }
  /** The levels from the top down: `draw` answers z of a level given the one above. */
  const descend = (draw: (level: number, above: tf.Tensor | null) => tf.Tensor): tf.Tensor[] => {
    const drawnLevels: tf.Tensor[] = []
    let above: tf.Tensor | null = null
    for (let level = latents.length - 1; level >= 0; level--) drawnLevels[level] = above = draw(level, above)
    return drawnLevels
  }
  const given = (d: tf.Tensor, above: tf.Tensor | null): tf.Tensor => (above ? tf.concat([d, above], 2) : d)
  const context = (parameters: Parameters, z: readonly tf.Tensor[], earlier: tf.Tensor): tf.Tensor => {
    const inputs = [...(all ? z : z.slice(0, 1)), ...(past ? [earlier] : [])]
    return relu(dense(parameters, 'decoder', inputs.length === 1 ? inputs[0]! : tf.concat(inputs, 2)))
  }

  return {
    size,
    carried: false,
    generate(parameters, features, noise) {
      const earlier = convolve(parameters, features).map((d) => placed(parameters, before(d)))
      const z = descend((level, above) => drawn(normalOf(parameters, `prior.${level}`, given(earlier[places[level]! - 1]!, above)), noiseOf(noise, level)))
      return context(parameters, z, earlier.at(-1)!)
    },
    infer(parameters, features, noise, copies) {
      const d = convolve(parameters, features)
      const own = (layer: number, shifted: boolean): tf.Tensor => repeated(placed(parameters, shifted ? before(d[layer]!) : d[layer]!), copies)
      const divergences: tf.Tensor[] = []
      const logRatios: tf.Tensor[] = []
      const innovations: tf.Tensor[] = []
      const z = descend((level, above) => {
        const p = normalOf(parameters, `prior.${level}`, given(own(places[level]! - 1, true), above))
        const q = joined(p, normalOf(parameters, `posterior.${level}`, given(own(places[level]! - 1, false), above)))
        const epsilon = noiseOf(noise, level)
        const value = drawn(q, epsilon)
        divergences.push(divergenceOf(q, p))
        logRatios.push(logRatioOf(q, p, epsilon))
        innovations[level] = tf.div(tf.sub(value, p.mean), p.deviation)
        return value
      })
      return {
        context: context(parameters, z, own(layers - 1, true)),
        divergence: tf.addN(divergences),
        logRatio: tf.addN(logRatios),
        innovations: innovations.length === 1 ? innovations[0]! : tf.concat(innovations, 2),
      }
    },
  }
}

/** Two normal distributions multiplied: precisions add, means are weighed by them. */
function joined(p: Normal, estimate: Normal): Normal {
  const [prior, own] = [p, estimate].map(({ deviation }) => tf.reciprocal(tf.square(deviation))) as [tf.Tensor, tf.Tensor]
  const variance = tf.reciprocal(tf.add(prior, own))
  return { mean: tf.mul(variance, tf.add(tf.mul(p.mean, prior), tf.mul(estimate.mean, own))), deviation: tf.sqrt(variance) }
}
