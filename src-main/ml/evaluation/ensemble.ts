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

/** Gathers the log-probabilities of an ensemble's members, one member after the other. */
export interface EnsembleMap {
  /** log p(x_i | x_<i) in nats of `rows` examples from number `first` on under one member, [rows, D]. */
  add(logProb: Float32Array, first: number, rows: number): void
  /** Mean nats of each dimension under the ensemble, of all `members` members. */
  nats(members: number): number[]
}

/**
 * The ensemble's NLL shared out over the dimensions as `ensembleModel` does: the mean over members weighted by p(m | x), and an even part of what
 * mixing costs. Members come one after the other, so the weighted sums are rescaled as more probable ones arrive; memory is that of one member.
 */
export function ensembleMap(examples: number, dimensions: number): EnsembleMap {
  const highest = new Float64Array(examples).fill(-Infinity) // log p(x | m) of the best member so far
  const weights = new Float64Array(examples) // Σ_m p(x | m), relative to it
  const shares = new Float32Array(examples * dimensions) // Σ_m p(x | m) log p(x_i | x_<i, m), likewise
  return {
    add(logProb, first, rows) {
      for (let row = 0; row < rows; row++) {
        const own = logProb.subarray(row * dimensions, (row + 1) * dimensions)
        const joint = own.reduce((sum, value) => sum + value, 0)
        const example = first + row
        const most = Math.max(highest[example]!, joint)
        const [kept, added] = [Math.exp(highest[example]! - most), Math.exp(joint - most)]
        highest[example] = most
        weights[example] = weights[example]! * kept + added
        for (let dimension = 0, at = example * dimensions; dimension < dimensions; dimension++, at++) shares[at] = shares[at]! * kept + own[dimension]! * added
      }
    },
    nats(members) {
      const sums = new Float64Array(dimensions)
      for (let example = 0; example < examples; example++) {
        const weight = weights[example]!
        const own = shares.subarray(example * dimensions, (example + 1) * dimensions)
        const logProb = highest[example]! + Math.log(weight / members)
        const rest = (logProb - own.reduce((sum, value) => sum + value, 0) / weight) / dimensions
        for (let dimension = 0; dimension < dimensions; dimension++) sums[dimension]! -= own[dimension]! / weight + rest
      }
      return Array.from(sums, (sum) => sum / examples)
    },
  }
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
  const { trainingNll: _training, sampler: _sampler, kernelSampler: _kernels, samplingPlan: _plan, boundPerDimension, ...rest } = model
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
