import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import type { LatentFields, LatentParameter } from '../../contract/inspect/latent'
import { framesIn } from '../../contract/inspect/latent'
import { distributionFor } from '../distributions/distributionFor'
import type { SamplingPlan } from '../kernels/operations'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { importanceWeighted, standardNormal } from './latentBound'
import { atFirstValue, embedded, frameFeatures, frameOutputs, latentSpecs, repeated } from './latentFrames'
import type { DataStatistics, Model, Noise, Parameters, Weights } from './model'

/** The latents of all frames drawn once from their inference net q(z | x), R = B·copies. */
export interface Inferred {
  /** What the output is told of each frame, [R, S, C]. */
  context: tf.Tensor
  /** KL(q ‖ p) of each frame in nats given the latents drawn before, [R, S]. */
  divergence: tf.Tensor
  /** log p(z) − log q(z) of what was drawn, [R, S]. */
  logRatio: tf.Tensor
  /** The draws as the prior would have made them: (z − μ_p) / σ_p, [R, S, L]. */
  innovations: tf.Tensor
}

/** The part in which families with latents differ: S frames, L latent numbers a frame, features [B, S, X]. */
export interface LatentNet {
  /** L */
  size: number
  /** z from its prior: noise [B, S, L], standard normal -> what the output is told of each frame [B, S, C]; frame t sees those before it. */
  generate(parameters: Parameters, features: tf.Tensor, noise: tf.Tensor): tf.Tensor
  /** z from the inference net; noise [B·copies, S, L]. */
  infer(parameters: Parameters, features: tf.Tensor, noise: tf.Tensor, copies: number): Inferred
  /** Whether the latents of one frame reach later ones: then the draws of a whole example are weighed together, else those of each frame. */
  carried: boolean
}

interface LatentModelOptions {
  config: LatentFields
  domain: Domain
  ordering: Int32Array
  named: readonly LatentParameter[]
  statistics: DataStatistics | undefined
  net: LatentNet
  /** Values that an evaluation sees at once; a whole example when absent. */
  together?: number
  plan(weights: Weights, steps: number): SamplingPlan
}

/** Logits that an evaluation holds together, all draws of all examples. */
const LOGITS_TOGETHER = 2e7

/**
 * A model with latent variables z_t of frames of F values: p(x) = ∫ ∏_t p(z_t | x_<t, z_<t) ∏_{i in t} p(x_i | z_≤t, x_<i) dz. With z_t = μ + σ ε_t of
 * its prior, everything random is ε, standard normal: given ε (`latents`) the model is autoregressive, exact and normalised, which is what
 * `conditionals` gives. Of p(x) itself there are bounds:
 *   training    ELBO = Σ_t E_q [Σ_{i in t} log p(x_i | …) − KL(q(z_t | …) ‖ p(z_t | …))], one draw of z, the KL at the first value of its frame
 *   scores      E log 1/K Σ_k p(x, z_k) / q(z_k | x), which is never below the ELBO and tends to log p(x) (see importanceWeighted).
 */
export function latentModel({ config, domain, ordering, named, statistics, net, plan, together = ordering.length }: LatentModelOptions): Model {
  const series = isSeries(domain)
  const distribution = distributionFor(domain)
  const { toSteps, toRaster } = orderingMaps(ordering)
  const inSteps = (x: tf.Tensor): tf.Tensor => (series ? x : toSteps(x, 1))
  const inRaster = (x: tf.Tensor): tf.Tensor => (series ? x : toRaster(x, 1))
  const { frame, importanceSamples } = config
  const size = (steps: number): number => framesIn(steps, config) * net.size

  /** One draw of the latents of each copy: log p(x_i | z) [B·copies, steps] and what the draw weighs. */
  const inferred = (parameters: Parameters, steps: tf.Tensor, noise: Noise, copies: number) => {
    const [batch, length] = steps.shape as [number, number]
    const values = embedded(parameters, steps, config)
    const epsilon = standardNormal(noise, [batch * copies, framesIn(length, config), net.size])
    const { context, ...draw } = net.infer(parameters, frameFeatures(parameters, values, config), epsilon, copies)
    const logits = frameOutputs(parameters, context, values, length, config)
    return { ...draw, logProb: distribution.logProb(logits, repeated(steps, copies)) }
  }
  /** [R, S·F] without what fills the last frame up. */
  const cut = (x: tf.Tensor, length: number): tf.Tensor => (x.shape[1] === length ? x : tf.slice(x, [0, 0], [x.shape[0]!, length]))

  return {
    parameters: latentSpecs(named, domain, statistics),
    distribution,
    ordering: series ? null : ordering,
    frame,
    evaluationBatchSize: Math.max(1, Math.floor(LOGITS_TOGETHER / (importanceSamples * together * distribution.parametersPerDimension))),
    latents: { size, importanceSamples, carried: net.carried, frame },
    conditionals(parameters, x, _condition, latents) {
      const steps = inSteps(x)
      const [batch, length] = steps.shape as [number, number]
      const shape: [number, number, number] = [batch, framesIn(length, config), net.size]
      const values = embedded(parameters, steps, config)
      const context = net.generate(parameters, frameFeatures(parameters, values, config), latents ? tf.reshape(latents, shape) : tf.zeros(shape))
      return inRaster(frameOutputs(parameters, context, values, length, config)) // [B, D, P]
    },
    trainingNll(parameters, x, noise) {
      const steps = inSteps(x)
      const { logProb, divergence } = inferred(parameters, steps, noise, 1)
      return inRaster(tf.sub(cut(atFirstValue(divergence, frame), steps.shape[1]!), logProb))
    },
    boundPerDimension(parameters, x, noise) {
      const steps = inSteps(x)
      const [batch, length] = steps.shape as [number, number]
      const { logProb, logRatio } = inferred(parameters, steps, noise, importanceSamples)
      const [rows, frames] = logRatio.shape as [number, number]
      const missing = frames * frame - length
      const whole = missing > 0 ? tf.concat([logProb, tf.zeros([rows, missing])], 1) : logProb
      const weights = tf.add(whole, atFirstValue(logRatio, frame)) // [B·K, S·F]
      const grouped = tf.reshape(weights, net.carried ? [rows, 1, frames * frame] : [rows, frames, frame])
      return inRaster(cut(tf.reshape(importanceWeighted(grouped, importanceSamples), [batch, frames * frame]), length))
    },
    inferLatents(parameters, x, noise) {
      const steps = inSteps(x)
      return tf.reshape(inferred(parameters, steps, noise, 1).innovations, [x.shape[0]!, size(steps.shape[1]!)])
    },
    samplingPlan: plan,
  }
}
