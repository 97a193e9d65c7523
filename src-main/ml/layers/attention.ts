import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'

/** Positions taken together: a block of rows need not be weighed against what comes after it, which saves nearly half of a square. */
const TOGETHER = 112

/**
 * Multi-head attention of each position to earlier ones, queries, keys, values [B, N, W] -> [B, N, W]:
 * softmax_j(q_i · k_j / √d) v_j over j ≤ i, or with `strict` over j < i, where the first position gets zeros.
 * Weights of later positions are exactly 0, and so are their gradients.
 */
export function causalAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, heads: number, strict: boolean): tf.Tensor {
  const [batch, positions, width] = queries.shape as [number, number, number]
  const size = width / heads
  const split = (x: tf.Tensor): tf.Tensor =>
    heads === 1 ? x : tf.transpose(tf.reshape(x, [batch, positions, heads, size]), [0, 2, 1, 3]) // [B, N, W] -> [B, h, N, d]
  const [q, k, v] = [split(tf.mul(queries, 1 / Math.sqrt(size))), split(keys), split(values)]
  const axis = q.shape.length - 2
  const along = (x: tf.Tensor, from: number, to: number): tf.Tensor =>
    from === 0 && to === positions
      ? x
      : tf.slice(
          x,
          x.shape.map((_size, index) => (index === axis ? from : 0)),
          x.shape.map((size, index) => (index === axis ? to - from : size)),
        )
  const parts: tf.Tensor[] = []
  for (let from = 0; from < positions; from += TOGETHER) {
    const to = Math.min(positions, from + TOGETHER)
    const scores = tf.matMul(along(q, from, to), along(k, 0, to), false, true) // [B, h, R, to]
    const row = tf.reshape(tf.range(from, to, 1, 'float32'), [to - from, 1])
    const column = tf.reshape(tf.range(0, to, 1, 'float32'), [1, to])
    const hidden = tf.cast(strict ? tf.greaterEqual(column, row) : tf.greater(column, row), 'float32') // [R, to]
    parts.push(tf.matMul(softmax(tf.add(scores, tf.mul(hidden, -1e9))), along(v, 0, to))) // [B, h, R, d]
  }
  const seen = parts.length === 1 ? parts[0]! : tf.concat(parts, axis) // [B, h, N, d]
  const joined = heads === 1 ? seen : tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch, positions, width])
  if (!strict) return joined
  // Nothing is before the first position: its softmax, over hidden scores alone, means nothing.
  const first = tf.cast(tf.greater(tf.range(0, positions, 1, 'float32'), 0), 'float32')
  return tf.mul(joined, tf.reshape(first, [1, positions, 1]))
}

/** Over the last axis, with the gradient y ⊙ (g − Σ g y). */
export function softmax(x: tf.Tensor): tf.Tensor {
  return differentiable(
    { x },
    (save) => {
      const y = tf.softmax(x)
      save(y)
      return y
    },
    (gradient, [y]) => ({
      x: () => {
        const weighted = tf.mul(gradient, y!)
        return tf.sub(weighted, tf.mul(y!, tf.sum(weighted, -1, true)))
      },
    }),
  )
}

/** One query over keys and values [.., W] of `count` positions at `from`, for samplers: adds nothing where there are none. */
export function attendAt(options: {
  query: Float32Array
  keys: Float32Array
  values: Float32Array
  /** First number of the sample's keys. */
  from: number
  count: number
  width: number
  heads: number
  weights: Float32Array
  output: Float32Array
}): void {
  const { query, keys, values, from, count, width, heads, weights, output } = options
  const size = width / heads
  output.fill(0, 0, width)
  const scale = 1 / Math.sqrt(size)
  for (let head = 0; head < heads; head++) {
    const first = head * size
    let highest = -Infinity
    for (let position = 0; position < count; position++) {
      const at = from + position * width + first
      let score = 0
      for (let index = 0; index < size; index++) score += query[first + index]! * keys[at + index]!
      weights[position] = score * scale
      highest = Math.max(highest, weights[position]!)
    }
    let total = 0
    for (let position = 0; position < count; position++) {
      const weight = Math.exp(weights[position]! - highest)
      weights[position] = weight
      total += weight
    }
    for (let position = 0; position < count; position++) {
      const weight = weights[position]! / total
      const at = from + position * width + first
      for (let index = 0; index < size; index++) output[first + index] = output[first + index]! + weight * values[at + index]!
    }
  }
}
