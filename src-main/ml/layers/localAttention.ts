import { tf } from '../tensor/tf'
import { softmax } from './attention'

/** How fast each head forgets: m_h = 2^(−8 h/H), h = 1 … H (Press et al. 2022). */
export const slopesOf = (heads: number): number[] => Array.from({ length: heads }, (_value, head) => 2 ** ((-8 * (head + 1)) / heads))

/**
 * Multi-head attention of each position to itself and the window − 1 before, queries, keys, values [B, T, W] -> [B, T, W]:
 * softmax_j(q_i · k_j / √d − m_h (i − j)) v_j over i − window < j ≤ i. Taken in pieces as long as the window, each with the piece before it, so
 * the work grows with T and not with its square. Weights of other positions are exactly 0, and so are their gradients.
 */
export function localAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, heads: number, window: number): tf.Tensor {
  const [batch, length, width] = queries.shape as [number, number, number]
  const size = width / heads
  const piece = Math.min(window, length)
  const pieces = Math.ceil(length / piece)
  const missing = pieces * piece - length
  const whole = (x: tf.Tensor): tf.Tensor => (missing === 0 ? x : tf.concat([x, tf.zeros([batch, missing, width])], 1))
  const split = (x: tf.Tensor, count: number): tf.Tensor => tf.transpose(tf.reshape(x, [batch * pieces, count, heads, size]), [0, 2, 1, 3]) // -> [B·N, h, count, d]
  /** Each piece behind the one before it, zeros before the first: [B, T, W] -> [B·N, 2R, W]. */
  const withBefore = (x: tf.Tensor): tf.Tensor => {
    const own = tf.reshape(whole(x), [batch, pieces, piece, width])
    const before = pieces === 1 ? tf.zeros([batch, 1, piece, width]) : tf.concat([tf.zeros([batch, 1, piece, width]), tf.slice(own, [0, 0, 0, 0], [batch, pieces - 1, piece, width])], 1)
    return tf.concat([before, own], 2)
  }
  const q = split(whole(tf.mul(queries, 1 / Math.sqrt(size))), piece)
  const [k, v] = [split(withBefore(keys), 2 * piece), split(withBefore(values), 2 * piece)]
  const scores = tf.matMul(q, k, false, true) // [B·N, h, R, 2R]
  const offsets = tf.reshape(biasOf({ pieces, piece, heads, window }), [1, pieces, heads, piece, 2 * piece])
  const biased = tf.add(tf.reshape(scores, [batch, pieces, heads, piece, 2 * piece]), offsets)
  const weights = tf.reshape(softmax(biased), [batch * pieces, heads, piece, 2 * piece])
  const seen = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [batch, pieces * piece, width])
  return missing === 0 ? seen : tf.slice(seen, [0, 0, 0], [batch, length, width])
}

const HIDDEN = -1e9

/** −m_h · distance where a key may be seen, else as good as −∞; the first piece has none before it. [N, h, R, 2R] */
function biasOf({ pieces, piece, heads, window }: { pieces: number; piece: number; heads: number; window: number }): tf.Tensor {
  const distance = tf.sub(tf.reshape(tf.range(piece, 2 * piece, 1, 'float32'), [piece, 1]), tf.reshape(tf.range(0, 2 * piece, 1, 'float32'), [1, 2 * piece])) // [R, 2R]
  const outside = tf.add(tf.cast(tf.less(distance, 0), 'float32'), tf.cast(tf.greaterEqual(distance, window), 'float32'))
  const fading = tf.mul(tf.reshape(tf.tensor1d(slopesOf(heads)), [heads, 1, 1]), tf.neg(tf.maximum(distance, 0))) // [h, R, 2R]
  const general = tf.add(fading, tf.mul(outside, HIDDEN))
  const first = tf.mul(
    tf.reshape(tf.cast(tf.less(tf.range(0, 2 * piece, 1, 'float32'), piece), 'float32'), [1, 1, 1, 2 * piece]),
    tf.reshape(tf.cast(tf.less(tf.range(0, pieces, 1, 'float32'), 1), 'float32'), [pieces, 1, 1, 1]),
  )
  return tf.add(tf.expandDims(general, 0), tf.mul(first, HIDDEN))
}

/** One query over rings of the latest keys and values [.., W], for samplers. */
export function localAttentionAt(options: {
  query: Float32Array
  /** Rings of `window` places of each sample. */
  keys: Float32Array
  values: Float32Array
  sample: number
  position: number
  width: number
  /** Of each head (slopesOf). */
  slopes: readonly number[]
  window: number
  weights: Float32Array
  output: Float32Array
}): void {
  const { query, keys, values, sample, position, width, slopes, window, weights, output } = options
  const heads = slopes.length
  const size = width / heads
  const count = Math.min(window, position + 1)
  const scale = 1 / Math.sqrt(size)
  const placeOf = (distance: number): number => (sample * window + ((position - distance) % window)) * width
  output.fill(0, 0, width)
  for (let head = 0; head < heads; head++) {
    const first = head * size
    let highest = -Infinity
    for (let distance = 0; distance < count; distance++) {
      const at = placeOf(distance) + first
      let score = 0
      for (let index = 0; index < size; index++) score += query[first + index]! * keys[at + index]!
      weights[distance] = score * scale - slopes[head]! * distance
      highest = Math.max(highest, weights[distance]!)
    }
    let total = 0
    for (let distance = 0; distance < count; distance++) {
      weights[distance] = Math.exp(weights[distance]! - highest)
      total += weights[distance]!
    }
    for (let distance = 0; distance < count; distance++) {
      const weight = weights[distance]! / total
      const at = placeOf(distance) + first
      for (let index = 0; index < size; index++) output[first + index] = output[first + index]! + weight * values[at + index]!
    }
  }
}
