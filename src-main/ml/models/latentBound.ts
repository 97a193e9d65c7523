import { cumsum, sum } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Noise } from './model'

/** A diagonal normal distribution: mean and standard deviation, both [..., Z]. */
export interface Normal {
  mean: tf.Tensor
  deviation: tf.Tensor
}

/** Standard normal numbers from uniform ones (Box & Muller 1958). */
export function standardNormal(noise: Noise, shape: number[]): tf.Tensor {
  return tf.tidy(() => {
    const radius = tf.sqrt(tf.mul(-2, tf.log(tf.sub(1, noise.uniform(shape)))))
    return tf.mul(radius, tf.cos(tf.mul(2 * Math.PI, noise.uniform(shape))))
  })
}

/** z = μ + σ ε */
export const drawn = ({ mean, deviation }: Normal, epsilon: tf.Tensor): tf.Tensor => tf.add(mean, tf.mul(deviation, epsilon))

/** KL(q ‖ p) = Σ log σ_p/σ_q + (σ_q² + (μ_q − μ_p)²) / 2σ_p² − ½ in nats, [..., Z] -> [...]. */
export function divergenceOf(q: Normal, p: Normal): tf.Tensor {
  const ratio = tf.square(tf.div(q.deviation, p.deviation))
  const shift = tf.square(tf.div(tf.sub(q.mean, p.mean), p.deviation))
  return sum(tf.mul(0.5, tf.sub(tf.add(ratio, shift), tf.add(tf.log(ratio), 1))), [-1])
}

/** log p(z) − log q(z) in nats of z = μ_q + σ_q ε, [..., Z] -> [...]. */
export function logRatioOf(q: Normal, p: Normal, epsilon: tf.Tensor): tf.Tensor {
  const underPrior = tf.square(tf.div(tf.sub(drawn(q, epsilon), p.mean), p.deviation))
  const each = tf.add(tf.log(tf.div(q.deviation, p.deviation)), tf.mul(0.5, tf.sub(tf.square(epsilon), underPrior)))
  return sum(each, [-1])
}

/**
 * The importance-weighted bound by dimension (Burda et al. 2016). weights [B·K, G, N]: log p(x_i, z | …) − log q(z | …) of K draws of the latents of
 * each example, in G groups of N dimensions whose latents are drawn together -> [B, G, N] in nats, whose sums over the first n of a group are
 *   L_n = log 1/K Σ_k exp Σ_{i ≤ n} w_k,i,  E L_n ≤ log p(x_≤n),
 * rising with K. So each group's sum, and that of its beginning, is a bound by itself.
 */
export function importanceWeighted(weights: tf.Tensor, draws: number): tf.Tensor {
  const [rows, groups, size] = weights.shape as [number, number, number]
  const each = tf.reshape(weights, [rows / draws, draws, groups, size])
  const mean = tf.mean(each, 1, true) // [B, 1, G, N]
  // Sums of what each draw differs by: small numbers, whose logarithms of sums lose nothing.
  const sums = cumsum(tf.sub(each, mean), 3)
  const largest = tf.max(sums, 1, true)
  const joint = tf.add(tf.log(tf.mean(tf.exp(tf.sub(sums, largest)), 1, true)), largest) // [B, 1, G, N]
  const before = size === 1 ? tf.zerosLike(joint) : tf.concat([tf.zerosLike(tf.slice(joint, [0, 0, 0, 0], [-1, -1, -1, 1])), tf.slice(joint, [0, 0, 0, 0], [-1, -1, -1, size - 1])], 3)
  return tf.reshape(tf.add(mean, tf.sub(joint, before)), [rows / draws, groups, size])
}
