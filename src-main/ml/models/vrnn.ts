import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import type { VrnnConfig } from '../../contract/inspect/vrnn'
import { trainingContext, vrnn as description, vrnnParameters } from '../../contract/inspect/vrnn'
import { linear } from '../tensor/linear'
import { relu, sigmoid, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { divergenceOf, drawn, logRatioOf } from './latentBound'
import type { Normal } from './latentBound'
import { dense, normalFrom, normalOf, repeated } from './latentFrames'
import { latentModel } from './latentModel'
import type { LatentNet } from './latentModel'
import type { Family, Parameters } from './model'
import { parameterOf } from './parameterOf'
import { vrnnPlan } from './vrnnPlan'

/**
 * The variational recurrent neural network (Chung et al. 2015). For frame t of F values, with s_t = h_{t−1} (plus a vector of the position, for examples
 * of one shape):
 *   prior       z_t ~ N(μ_p, σ_p²),  [μ_p, r] = prior(s_t),  σ = softplus(r) + 0.001               (their eq. 5)
 *   generation  c_t = relu([φ_z(z_t), s_t] W + b), logits of each value from c_t                    (eq. 6)
 *   recurrence  h_t = LSTM([φ_x(x_t), φ_z(z_t)], h_{t−1})                                          (eq. 7)
 *   inference   z_t ~ N(μ_q, σ_q²),  [μ_q, r] = posterior([φ_x(x_t), s_t])                         (eq. 9)
 * Values of a frame are independent given c_t, as in the paper, where `reach` is 0; else each also reads the `reach` values right before it (so
 * a frame is autoregressive within). Values are discrete levels with a softmax, where the paper's are real with Gaussian outputs.
 *
 * Weights: see vrnnParameters; LSTM gates i, f, g, o side by side, rows of φ_x, φ_z, then h.
 */
export const vrnn: Family<VrnnConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const ordering = configuredOrdering(config, domain)
    const model = latentModel({ config, domain, ordering, named: vrnnParameters(config, domain), statistics, net: vrnnNet(config, domain), plan: (weights, steps) => vrnnPlan(weights, config, domain, steps) })
    return isSeries(domain) ? { ...model, trainingContext: trainingContext(config) } : model
  },
}

/** Rows from … of a weight. */
const rows = (weight: tf.Tensor, from: number, count: number): tf.Tensor => tf.slice(weight, [from, 0], [count, weight.shape[1]!])

/** [B, S, C] -> S tensors [B, C] */
const inTime = (x: tf.Tensor): tf.Tensor[] => {
  const [batch, frames, channels] = x.shape as [number, number, number]
  return frames === 1 ? [tf.reshape(x, [batch, channels])] : tf.unstack(x, 1)
}

/** S tensors [B, C] -> [B, S, C] */
const together = (steps: readonly tf.Tensor[]): tf.Tensor => tf.stack([...steps], 1)

function vrnnNet({ latent: Z, hidden: H, features: X }: VrnnConfig, domain: Domain): LatentNet {
  const series = isSeries(domain)
  /** Position of each frame, [S] vectors [H]; none for sequences of any length. */
  const positions = (parameters: Parameters, frames: number): tf.Tensor[] | null =>
    series ? null : inTime(tf.slice(tf.expandDims(parameterOf(parameters, 'position'), 0), [0, 0, 0], [1, frames, H])).map((row) => tf.reshape(row, [H]))

  /**
   * Frame after frame: features [B, S, X], noise [R, S, Z] -> s, φ_z [R, S, ·] and what `draw` gives. `draw` makes z_t [R, Z] of s_t and ε_t.
   */
  const unroll = (parameters: Parameters, features: tf.Tensor, noise: tf.Tensor, draw: (state: tf.Tensor, epsilon: tf.Tensor, frame: number) => tf.Tensor) => {
    const [batch, frames] = features.shape as [number, number, number]
    const count = noise.shape[0]!
    const weight = parameterOf(parameters, 'recurrence.weight')
    // What the values contribute to the gates is one product for all frames.
    const drive = inTime(linear(features, rows(weight, 0, X), parameterOf(parameters, 'recurrence.bias')))
    const recurrent = rows(weight, X, X + H)
    const epsilons = inTime(noise)
    const position = positions(parameters, frames)
    let hidden: tf.Tensor = tf.zeros([count, H])
    let cell: tf.Tensor = tf.zeros([count, H])
    const states: tf.Tensor[] = []
    const latents: tf.Tensor[] = []
    for (let frame = 0; frame < frames; frame++) {
      const state = position ? tf.add(hidden, position[frame]!) : hidden
      const z = relu(dense(parameters, 'latent', draw(state, epsilons[frame]!, frame)))
      states.push(state)
      latents.push(z)
      if (frame === frames - 1) break
      const gates = tf.add(linear(tf.concat([z, hidden], 1), recurrent), repeated(drive[frame]!, count / batch))
      const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      cell = tf.add(tf.mul(sigmoid(f), cell), tf.mul(sigmoid(i), tanh(g)))
      hidden = tf.mul(sigmoid(o), tanh(cell))
    }
    return { states: together(states), latents: together(latents) }
  }
  const context = (parameters: Parameters, { states, latents }: { states: tf.Tensor; latents: tf.Tensor }): tf.Tensor =>
    relu(dense(parameters, 'decoder', tf.concat([latents, states], 2)))

  return {
    size: Z,
    carried: true,
    generate: (parameters, features, noise) =>
      context(parameters, unroll(parameters, features, noise, (state, epsilon) => drawn(normalOf(parameters, 'prior', state), epsilon))),
    infer(parameters, features, noise, copies) {
      const weight = parameterOf(parameters, 'posterior.hidden.weight')
      const drive = inTime(linear(features, rows(weight, 0, X), parameterOf(parameters, 'posterior.hidden.bias')))
      const ofState = rows(weight, X, H)
      const each: Normal[] = []
      const unrolled = unroll(parameters, features, noise, (state, epsilon, frame) => {
        const posterior = normalFrom(parameters, 'posterior', relu(tf.add(linear(state, ofState), repeated(drive[frame]!, copies))))
        each.push(posterior)
        return drawn(posterior, epsilon)
      })
      const q: Normal = { mean: together(each.map(({ mean }) => mean)), deviation: together(each.map(({ deviation }) => deviation)) }
      const p = normalOf(parameters, 'prior', unrolled.states)
      return {
        context: context(parameters, unrolled),
        divergence: divergenceOf(q, p),
        logRatio: logRatioOf(q, p, noise),
        innovations: tf.div(tf.sub(drawn(q, noise), p.mean), p.deviation),
      }
    },
  }
}
