import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { orderingOf } from '../../contract/inspect/orderings'
import { END } from '../../contract/text'
import { categorical } from '../distributions/categorical'
import { cumsum } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { CachedSampler, Model, Noise, Parameters, ParameterSpec, Weights } from './model'

/** The net of a model of pairs: sources [B, S] and targets [B, T] of levels, K of them. */
export interface PairNet {
  parameters: ParameterSpec[]
  /** Whether `logits` draws on its noise. */
  drops: boolean
  /** Logits [B, T, K] of each character of the target, from the whole source and the target before it. */
  logits(parameters: Parameters, source: tf.Tensor2D, target: tf.Tensor2D, noise?: Noise): tf.Tensor
  /** The same one character at a time; called once the sources [batch × S] are known. */
  decoder(weights: Weights, batch: number, sources: Float32Array): PairDecoder
}

export interface PairDecoder {
  /** Logits [K] of character `position` of a sample's target, by the level before it (−1 before the first). Each sample comes in its order. */
  step(sample: number, position: number, before: number, logits: Float32Array): void
}

/** The logit of every level that cannot follow an end: its probability is 0 in float32, and that of another end 1. */
const NEVER = -1e4

/**
 * A model of p(target | source) over pairs laid side by side, x = [source, target], each filled up with ends. Conditionals of the source are
 * uniform, so that x has a density and the chain rule its order; what is trained and scored is the target's part alone:
 *   log p(target | source) = Σ_t log p(y_t | y_<t, source),
 * and after the end of a target another end is certain, so that all targets of up to T − 1 characters have probabilities that sum to 1.
 */
export function buildPairModel(net: PairNet, domain: Domain): Model {
  const sources = domain.text?.source ?? 0
  const dimensions = dimensionsOf(domain)
  const targets = dimensions - sources
  const { levels } = domain
  const distribution = categorical(levels)
  const never = Float32Array.from({ length: levels }, (_value, level) => (level === END ? 0 : NEVER))
  const targetLogits = (parameters: Parameters, x: tf.Tensor, noise?: Noise): tf.Tensor => {
    const batch = x.shape[0]!
    const target = tf.slice(x, [0, sources], [batch, targets]) as tf.Tensor2D
    const logits = net.logits(parameters, tf.slice(x, [0, 0], [batch, sources]) as tf.Tensor2D, target, noise) // [B, T, K]
    const ends = tf.cast(tf.equal(target, END), 'float32')
    const ended = tf.expandDims(tf.minimum(cumsum(ends, 1, { exclusive: true }), 1), 2) // [B, T, 1]
    return tf.add(tf.mul(logits, tf.sub(1, ended)), tf.mul(ended, tf.reshape(tf.tensor1d(never), [1, 1, levels])))
  }
  /** [B, T] -> [B, S + T], nothing for the source. */
  const beside = (perTarget: tf.Tensor): tf.Tensor => tf.concat([tf.zeros([perTarget.shape[0]!, sources]), perTarget], 1)
  const logProb = (parameters: Parameters, x: tf.Tensor, noise?: Noise): tf.Tensor =>
    beside(distribution.logProb(targetLogits(parameters, x, noise), tf.slice(x, [0, sources], [x.shape[0]!, targets])))
  return {
    parameters: net.parameters,
    distribution,
    ordering: orderingOf('raster', domain.shape),
    conditionals(parameters, x) {
      const batch = x.shape[0]!
      return tf.concat([tf.zeros([batch, sources, levels]), targetLogits(parameters, x)], 1)
    },
    logProbPerDimension: (parameters, x) => logProb(parameters, x),
    ...(net.drops ? { trainingNll: (parameters: Parameters, x: tf.Tensor, noise: Noise) => tf.neg(logProb(parameters, x, noise)) } : {}),
    sampler: (weights, batch) => pairSampler(net, { weights, batch, sources, levels, never }),
  }
}

interface Sampling {
  weights: Weights
  batch: number
  /** S */
  sources: number
  levels: number
  never: Float32Array
}

function pairSampler(net: PairNet, { weights, batch, sources, levels, never }: Sampling): CachedSampler {
  const source = new Float32Array(batch * sources)
  const before = new Float32Array(batch).fill(-1)
  const ended = new Uint8Array(batch)
  const logits = new Float32Array(batch * levels)
  const own = new Float32Array(levels)
  let decoder: PairDecoder | null = null
  return {
    logits(step) {
      if (step < sources) return logits.fill(0)
      decoder ??= net.decoder(weights, batch, source)
      for (let sample = 0; sample < batch; sample++) {
        if (ended[sample]) logits.set(never, sample * levels)
        else {
          decoder.step(sample, step - sources, before[sample]!, own)
          logits.set(own, sample * levels)
        }
      }
      return logits
    },
    accept(step, values) {
      for (let sample = 0; sample < batch; sample++) {
        const value = values[sample]!
        if (step < sources) source[sample * sources + step] = value
        else {
          before[sample] = value
          if (value === END) ended[sample] = 1
        }
      }
    },
  }
}

/** Weights as tensors, for the part of a sampler that runs once. */
export const tensorsOf = (weights: Weights): Parameters => Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]))
