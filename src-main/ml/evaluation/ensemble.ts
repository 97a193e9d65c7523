import { logSumExp, logSumExpAt } from '../distributions/logSumExp'
import type { Model, Parameters } from '../models/model'
import type { Noise } from '../models/model'
import { tf } from '../tensor/tf'
import { logProbPerDimension } from './logProb'

/**
 * log p(x) of an ensemble of M normalised models, log 1/M Σ_m p_m(x), from joint log-probabilities [M × n] in nats -> [n]. (The mean of logits, or of
 * conditionals, would be no likelihood.)
 */
export function ensembleLogProb(members: readonly ArrayLike<number>[]): Float64Array {
  const count = members[0]?.length ?? 0
  const terms = new Float64Array(members.length)
  return Float64Array.from({ length: count }, (_value, example) => {
    members.forEach((joint, member) => (terms[member] = joint[example]!))
    return logSumExpAt(terms, 0, members.length) - Math.log(members.length)
  })
}

/** The first `count` members of a model that has several: masks, or orderings. */
export function membersOf({ members }: Pick<Model, 'members'>, count: number): Model[] {
  if (!members) throw new Error('This model has a single ordering and mask, so there is no ensemble to score. Score it alone.')
  if (count < 1 || count > members.count) throw new Error(`This model has ${members.count} members; an ensemble of ${count} cannot be made of them.`)
  return Array.from({ length: count }, (_value, member) => members.of(member))
}

/**
 * A model whose log-probabilities are those of the first `count` members' ensemble, for scoring alone. Its sum over an example's dimensions is the
 * ensemble's log p(x); the share of one dimension, for maps, is the mean over members weighted by p(m | x), plus an even part of what mixing costs.
 */
export function ensembleModel(model: Model, count = model.members?.count ?? 1): Model {
  const chosen = membersOf(model, count)
  const combined = (perMember: tf.Tensor[]): tf.Tensor => {
    const all = tf.stack(perMember) // M × [B, D] -> [M, B, D]
    const joint = tf.transpose(tf.sum(all, 2)) // [B, M]
    const total = tf.sub(logSumExp(joint), Math.log(count)) // [B]
    const weights = tf.softmax(joint) // p(m | x)
    const shares = tf.sum(tf.mul(all, tf.expandDims(tf.transpose(weights), 2)), 0) // [B, D]
    const rest = tf.sub(total, tf.sum(shares, 1))
    return tf.add(shares, tf.expandDims(tf.div(rest, shares.shape[1]!), 1))
  }
  const { trainingNll: _training, sampler: _sampler, samplingPlan: _plan, boundPerDimension, ...rest } = model
  if (!boundPerDimension) {
    return {
      ...rest,
      logProbPerDimension: (parameters: Parameters, x: tf.Tensor, condition?: tf.Tensor) =>
        combined(chosen.map((member) => logProbPerDimension(member, parameters, x, condition))),
    }
  }
  return {
    ...rest,
    // Every member sees the same dequantised values, so that the mean is of the ensemble's bound.
    boundPerDimension(parameters, x, noise, condition) {
      const drawn = noise.uniform([...x.shape])
      const same: Noise = { uniform: () => drawn }
      return combined(chosen.map((member) => member.boundPerDimension!(parameters, x, same, condition)))
    },
  }
}
