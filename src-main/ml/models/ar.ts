import type { ArConfig } from '../../contract/inspect/ar'
import { ar as description, arOnAmplitudes } from '../../contract/inspect/ar'
import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { MU } from '../../contract/muLaw'
import { binnedGaussian } from '../distributions/binnedGaussian'
import { orderingMaps } from '../orderings/apply'
import { causalConv2d } from '../tensor/causalConv2d'
import { tf } from '../tensor/tf'
import { arFitter } from './arFitter'
import type { CachedSampler, DataStatistics, Family, Parameters } from './model'
import { parameterOf } from './parameterOf'

/**
 * The autoregressive process of order p over any sequence of levels:
 *   z_t = b + Σ_{k=1}^{p} w_k z_{t−k} + ε_t,  ε_t ~ N(0, s²),  z = 0 before the start,
 * z the value of a level in −1…1: its amplitude under μ-law (`values: 'amplitude'`), or the level itself. Each conditional gives a level the
 * Gaussian's mass of the interval of values that became it, the outer ones reaching to infinity: a normalised model of levels, so its
 * likelihood is exact. Least squares maximises the Gaussian density of z, which is what AIC is taken of; descending the gradient of the exact
 * likelihood ends within a hair of it.
 *
 * Weights: weight [p], weight[k − 1] = w_k, zero beyond a smaller order that AIC chose; bias b [1]; logScale log s [1].
 */
export const ar: Family<ArConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const { order } = config
    const { levels } = domain
    const series = isSeries(domain)
    const scale = valueScale(config, domain)
    const start = statistics ? marginalMoments(statistics, scale) : null
    const { ordering, toSteps, toRaster } = orderingMaps(configuredOrdering(config, series ? { shape: [1] } : domain))
    const conditionals = (parameters: Parameters, x: tf.Tensor): tf.Tensor => {
      const steps = series ? x : toSteps(x, 1)
      const mean = tf.add(predicted(scale.ofTensor(steps), parameterOf(parameters, 'weight'), order), parameterOf(parameters, 'bias')) // [B, T]
      const logScale = tf.mul(tf.ones(mean.shape), parameterOf(parameters, 'logScale'))
      const conditional = tf.stack([mean, logScale], 2) // [B, T] -> [B, T, 2]
      return series ? conditional : toRaster(conditional, 1)
    }
    return {
      parameters: [
        { name: 'weight', shape: [order], init: { kind: 'zeros' } },
        { name: 'bias', shape: [1], init: { kind: 'constant', value: start?.mean ?? 0 } },
        { name: 'logScale', shape: [1], init: { kind: 'constant', value: start?.logScale ?? -1 } },
      ],
      distribution: binnedGaussian(levels, scale.edges),
      ordering: series ? null : ordering,
      conditionals,
      ...(series ? { receptiveField: order } : {}),
      ...(config.fit === 'least-squares' ? { fitter: () => arFitter(config, scale.values, series ? null : ordering) } : {}),
      sampler: (weights, batch) =>
        arSampler(scale.values, batch, {
          weight: weights.get('weight')!.data,
          bias: weights.get('bias')!.data[0]!,
          logScale: weights.get('logScale')!.data[0]!,
        }),
    }
  },
}

/** How levels stand for values z in −1…1. */
interface ValueScale {
  /** z of each level, [K]. */
  values: Float64Array
  /** The K − 1 values between the levels; absent for even ones, which are the distribution's own. */
  edges: Float32Array | undefined
  /** Levels of any shape -> z. */
  ofTensor(levels: tf.Tensor): tf.Tensor
}

/** |z| = ((1 + μ)^|c| − 1)/μ of the companded value c in −1…1 (contract/muLaw), here for any number of levels. */
const expanded = (companded: number): number => (Math.sign(companded) * ((1 + MU) ** Math.abs(companded) - 1)) / MU

function valueScale(config: ArConfig, domain: Domain): ValueScale {
  const { levels } = domain
  if (!arOnAmplitudes(config, domain)) {
    return {
      values: Float64Array.from({ length: levels }, (_value, level) => (2 * (level + 0.5)) / levels - 1),
      edges: undefined,
      ofTensor: (x) => tf.sub(tf.mul(tf.add(x, 0.5), 2 / levels), 1),
    }
  }
  const companded = (level: number): number => (2 * level) / (levels - 1) - 1
  return {
    values: Float64Array.from({ length: levels }, (_value, level) => expanded(companded(level))),
    edges: Float32Array.from({ length: levels - 1 }, (_value, level) => expanded(companded(level + 0.5))),
    ofTensor(x) {
      const c = tf.sub(tf.mul(x, 2 / (levels - 1)), 1)
      return tf.mul(tf.sign(c), tf.mul(tf.sub(tf.exp(tf.mul(tf.abs(c), Math.log(1 + MU))), 1), 1 / MU))
    },
  }
}

/** Σ_k w_k z_{t−k} of every step: z [B, T], weight [p] -> [B, T]. One convolution over the sequence moved on by a step. */
function predicted(z: tf.Tensor, weight: tf.Tensor, order: number): tf.Tensor {
  const [batch, length] = z.shape as [number, number]
  if (length === 1) return tf.mul(z, 0)
  const before = tf.reshape(tf.slice(z, [0, 0], [batch, length - 1]), [batch, 1, length - 1, 1])
  // A cross-correlation reads the oldest value first, so the weights lie in reverse.
  const filter = tf.reshape(tf.reverse(weight, 0), [1, order, 1, 1])
  const later = causalConv2d(before, filter, { top: 0, left: order - 1, right: 0 }) // [B, 1, T − 1, 1]: the prediction of step t + 1 at t
  return tf.concat([tf.zeros([batch, 1]), tf.reshape(later, [batch, length - 1])], 1)
}

interface ArWeights {
  weight: Float32Array
  bias: number
  logScale: number
}

/** O(p) a step: the last p values of each sample in a ring. */
function arSampler(values: Float64Array, batch: number, { weight, bias, logScale }: ArWeights): CachedSampler {
  let used = weight.length
  while (used > 1 && weight[used - 1] === 0) used--
  const ring = new Float64Array(batch * used)
  const out = new Float32Array(2 * batch)
  return {
    logits(step) {
      const latest = (step + used - 1) % used
      for (let sample = 0; sample < batch; sample++) {
        const from = sample * used
        let mean = bias
        for (let lag = 0; lag < used; lag++) {
          const place = latest - lag
          mean += weight[lag]! * ring[from + (place < 0 ? place + used : place)]!
        }
        out[2 * sample] = mean
        out[2 * sample + 1] = logScale
      }
      return out
    },
    accept(step, drawn) {
      const place = step % used
      for (let sample = 0; sample < batch; sample++) ring[sample * used + place] = values[drawn[sample]!]!
    },
  }
}

/** Mean and log standard deviation of z over all dimensions: where descending a gradient starts. */
function marginalMoments({ marginals }: DataStatistics, { values }: ValueScale): { mean: number; logScale: number } {
  const levels = values.length
  const dimensions = Math.max(1, marginals.length / levels)
  let [first, second] = [0, 0]
  marginals.forEach((probability, at) => {
    const z = values[at % levels]!
    first += (probability * z) / dimensions
    second += (probability * z * z) / dimensions
  })
  return { mean: first, logScale: 0.5 * Math.log(Math.max(1e-8, second - first * first)) }
}
