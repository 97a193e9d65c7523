import type { ConditionalKind } from '../../contract/inspect/conditionalKinds'
import { conditionalOf } from '../distributions/conditionalOf'
import type { Distribution } from '../distributions/distribution'
import { logSumExp, logSumExpAt } from '../distributions/logSumExp'
import { orderingMaps } from '../orderings/apply'
import { logSoftmax, softplus } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { CachedSampler } from './model'

/**
 * The conditionals of a mixture of models with one ordering, p(x) = 1/M Σ_m p(x | m):
 *   p(x_i | x_<i) = Σ_m p(m | x_<i) p(x_i | x_<i, m),  p(m | x_<i) ∝ ∏_{j<i} p(x_j | x_<j, m).
 * A mixture of softmaxes is one softmax again, one of mixtures is a mixture of M times as many components.
 */
export interface MixedConditionals {
  /** Of one member. */
  own: Distribution
  /** Of the mixture. */
  distribution: Distribution
  /** M tensors [B, D, P], x [B, D] -> the parameters of the mixture's conditionals [B, D, P']. */
  conditionals(members: tf.Tensor[], x: tf.Tensor): tf.Tensor
  /** The same of one conditional in numbers: P parameters of each member, log p(m | x_<i) of each -> P' numbers at `target`. */
  mix(members: readonly Float32Array[], offset: number, logWeights: Float64Array, out: Float32Array, target: number): void
}

interface MixtureOptions {
  kind: ConditionalKind
  components: number
  levels: number
  members: number
  ordering: Int32Array
}

export function mixedConditionals({ kind, components, levels, members: M, ordering }: MixtureOptions): MixedConditionals {
  const own = conditionalOf(kind, components, levels)
  const maps = orderingMaps(ordering)
  const distribution = kind === 'softmax' ? own : conditionalOf(kind, components * M, levels)

  /** log p(m | x_<i), [B, D, M] */
  const logWeights = (members: tf.Tensor[], x: tf.Tensor): tf.Tensor => {
    const logProb = tf.stack(members.map((parameters) => maps.toSteps(own.logProb(parameters, x), 1))) // M × [B, D] -> [M, B, D], as generated
    const before = tf.cumsum(logProb, 2, true) // of all earlier ones
    return logSoftmax(tf.transpose(maps.toRaster(before, 2), [1, 2, 0]))
  }
  if (kind === 'softmax') {
    const binary = levels === 2
    return {
      own,
      distribution,
      conditionals(members, x) {
        const weights = logWeights(members, x) // [B, D, M]
        if (binary) {
          const logits = tf.concat(members, 2) // M × [B, D, 1] -> [B, D, M]
          const [one, zero] = [logits, tf.neg(logits)].map((value) => logSumExp(tf.sub(weights, softplus(tf.neg(value)))))
          return tf.expandDims(tf.sub(one!, zero!), 2)
        }
        const logProb = tf.stack(members.map((logits) => logSoftmax(logits)), 3) // [B, D, K, M]
        return logSumExp(tf.add(logProb, tf.expandDims(weights, 2)))
      },
      mix(members, offset, weights, out, target) {
        const terms = new Float64Array(M)
        if (binary) {
          const logMass = (sign: number): number => {
            for (let m = 0; m < M; m++) terms[m] = weights[m]! + own.logProbAt(members[m]!, offset, sign)
            return logSumExpAt(terms, 0, M)
          }
          out[target] = logMass(1) - logMass(0)
          return
        }
        const normalisers = members.map((logits) => logSumExpAt(logits, offset, levels))
        for (let level = 0; level < levels; level++) {
          for (let m = 0; m < M; m++) terms[m] = weights[m]! + members[m]![offset + level]! - normalisers[m]!
          out[target + level] = logSumExpAt(terms, 0, M)
        }
      },
    }
  }
  return {
    own,
    distribution,
    conditionals(members, x) {
      const weights = tf.split(logWeights(members, x), M, 2) // M × [B, D, 1]
      const parts = members.map((parameters) => tf.split(parameters, 3, 2)) // logits, locations, log scales
      const logits = parts.map(([own], m) => tf.add(logSoftmax(own!), weights[m]!))
      return tf.concat([...logits, ...parts.map(([, location]) => location!), ...parts.map(([, , logScale]) => logScale!)], 2)
    },
    mix(members, offset, weights, out, target) {
      const C = components
      for (let m = 0; m < M; m++) {
        const parameters = members[m]!
        const normaliser = logSumExpAt(parameters, offset, C)
        for (let c = 0; c < C; c++) {
          out[target + m * C + c] = parameters[offset + c]! - normaliser + weights[m]!
          out[target + (M + m) * C + c] = parameters[offset + C + c]!
          out[target + (2 * M + m) * C + c] = parameters[offset + 2 * C + c]!
        }
      }
    },
  }
}

/** All members' samplers side by side; what is drawn is told to each, and moves the weights. */
export function mixedSampler(mixed: MixedConditionals, samplers: readonly CachedSampler[], batch: number): CachedSampler {
  const M = samplers.length
  const P = mixed.own.parametersPerDimension
  const mixedP = mixed.distribution.parametersPerDimension
  const logJoint = Array.from({ length: batch }, () => new Float64Array(M))
  const out = new Float32Array(batch * mixedP)
  const normalised = new Float64Array(M)
  let members: Float32Array[] = []
  return {
    logits(step) {
      members = samplers.map((sampler) => sampler.logits(step))
      for (let sample = 0; sample < batch; sample++) {
        const joint = logJoint[sample]!
        const total = logSumExpAt(joint, 0, M)
        for (let m = 0; m < M; m++) normalised[m] = joint[m]! - total
        mixed.mix(members, sample * P, normalised, out, sample * mixedP)
      }
      return out
    },
    accept(step, values) {
      for (let sample = 0; sample < batch; sample++) {
        const joint = logJoint[sample]!
        for (let m = 0; m < M; m++) joint[m] = joint[m]! + mixed.own.logProbAt(members[m]!, sample * P, values[sample]!)
      }
      for (const sampler of samplers) sampler.accept(step, values)
    },
  }
}
