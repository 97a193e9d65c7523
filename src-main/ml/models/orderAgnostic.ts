import { MOST_ORDERINGS } from '../../contract/inspect/orderAgnostic'
import type { Distribution } from '../distributions/distribution'
import { tf } from '../tensor/tf'
import type { Model, Noise } from './model'

/** Which dimensions of each example a training step observes: 1 or 0 [B, D], and what its loss is multiplied by [B, 1]. */
export interface DrawnMask {
  observed: tf.Tensor2D
  weight: tf.Tensor2D
}

/**
 * A number d of observed dimensions and, given it, a set of that size, both uniform: dimension i is observed where u_i < t, and t uniform makes
 * d uniform on 0…D (∫ C(D, d) t^d (1 − t)^{D−d} dt = 1/(D + 1)). The t of a batch are one uniform number plus b/B, modulo 1: each is uniform by
 * itself, and together they cover all d evenly, so that the loss of a batch varies less.
 */
export function drawnMask(noise: Noise, batch: number, dimensions: number): DrawnMask {
  const offset = noise.uniform([1, 1])
  const turns = tf.add(offset, tf.tensor2d(Float32Array.from({ length: batch }, (_value, row) => row / batch), [batch, 1]))
  const threshold = tf.sub(turns, tf.floor(turns)) // [B, 1]
  const observed = tf.cast(tf.less(noise.uniform([batch, dimensions]), threshold), 'float32') as tf.Tensor2D
  const missing = tf.sub(dimensions, tf.sum(observed, 1, true)) // [B, 1]
  // With all observed there is nothing to predict: the sum that this multiplies is 0.
  return { observed, weight: tf.div(dimensions + 1, tf.maximum(missing, 1)) as tf.Tensor2D }
}

/**
 * The objective of order-agnostic training (Uria, Murray & Larochelle 2014, equation 9): with d observed dimensions, (D + 1)/(D − d) Σ −log p(x_i | x_m)
 * over those that are not, d uniform on 0…D. Its expectation is the NLL averaged over all D! orderings, in nats. logits [B, D, P] -> [B, D]
 */
export function orderAgnosticNll(distribution: Distribution, logits: tf.Tensor, x: tf.Tensor, { observed, weight }: DrawnMask): tf.Tensor {
  const predicted = tf.mul(tf.sub(1, observed), weight)
  return tf.neg(tf.mul(distribution.logProb(logits, x), predicted))
}

/**
 * A model for every ordering of D dimensions: `under` gives it for one. What it is asked for without saying (likelihood, samples) is that of
 * member 0 of its ensemble.
 */
export function orderAgnosticModel(under: (ordering: Int32Array) => Model, orderingOfMember: (member: number) => Int32Array): Model {
  const first = orderingOfMember(0)
  return {
    ...under(first),
    members: { count: MOST_ORDERINGS, of: (member) => under(orderingOfMember(member)) },
    withOrdering(ordering) {
      requirePermutation(ordering, first.length)
      return orderAgnosticModel(under, (member) => (member === 0 ? ordering : orderingOfMember(member)))
    },
  }
}

/** Throws unless each dimension is named once. */
export function requirePermutation(ordering: Int32Array, dimensions: number): void {
  const seen = new Uint8Array(dimensions)
  for (const dimension of ordering) if (dimension >= 0 && dimension < dimensions) seen[dimension] = 1
  if (ordering.length === dimensions && seen.every((once) => once === 1)) return
  throw new Error(`An ordering of ${dimensions} dimensions names each of 0 to ${dimensions - 1} once; this one has ${ordering.length} entries, ${seen.reduce((sum, once) => sum + once, 0)} of them different.`)
}
