import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'
import type { LayerNoise } from './layer'

export const EPSILON = 1e-5

/** Layer norm over the last axis (Ba et al. 2016): gain ⊙ (x − mean) / √(variance + ε) + bias. */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const normal = differentiable(
    { x },
    (save) => {
      const centred = tf.sub(x, tf.mean(x, -1, true))
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), EPSILON)) // [.., 1]
      const y = tf.mul(centred, inverse)
      save(y, inverse)
      return y
    },
    (gradient, [y, inverse]) => ({
      x: () => {
        const along = tf.mean(tf.mul(gradient, y!), -1, true)
        return tf.mul(inverse!, tf.sub(tf.sub(gradient, tf.mean(gradient, -1, true)), tf.mul(y!, along)))
      },
    }),
  )
  return tf.add(tf.mul(normal, gain), bias)
}

/** The same on plain numbers, `count` of them. */
export function layerNormAt(x: Float32Array, count: number, gain: Float32Array, bias: Float32Array, output: Float32Array): void {
  let [mean, variance] = [0, 0]
  for (let index = 0; index < count; index++) mean += x[index]!
  mean /= count
  for (let index = 0; index < count; index++) variance += (x[index]! - mean) ** 2
  const inverse = 1 / Math.sqrt(variance / count + EPSILON)
  for (let index = 0; index < count; index++) output[index] = (x[index]! - mean) * inverse * gain[index]! + bias[index]!
}

/** GELU as Image GPT has it, x σ(1.702 x) (Hendrycks & Gimpel 2016, section 2). */
export const SLOPE = 1.702

export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable(
    { x },
    (save) => {
      const s = tf.sigmoid(tf.mul(x, SLOPE))
      const y = tf.mul(x, s)
      save(s, y)
      return y
    },
    // s + 1.702 x s (1 − s)
    (gradient, [s, y]) => ({ x: () => tf.mul(gradient, tf.add(s!, tf.mul(tf.mul(y!, SLOPE), tf.sub(1, s!)))) }),
  )
}

export const geluAt = (x: number): number => x / (1 + Math.exp(-SLOPE * x))

/** Inverted dropout: kept activations grow by 1 / (1 − rate). Without noise, as in evaluation, it does nothing. */
export function dropout(x: tf.Tensor, rate: number, noise: LayerNoise | undefined): tf.Tensor {
  if (!noise || rate === 0) return x
  const kept = tf.cast(tf.greaterEqual(noise.uniform(x.shape), rate), 'float32')
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)))
}
