import { attributes, differentiable, nativeBackend } from './native'
import type { NativeBackend } from './native'
import { tf } from './tf'

export { conv2d } from './conv2d'
export type { Padding } from './conv2d'

/**
 * Ops whose gradient tfjs computes wastefully, run by name on the native TensorFlow with its fused gradient kernels.
 * On any other backend each is the plain tfjs op. float32 throughout; none of them holds tensors beyond the tape.
 */

type Fused = (backend: NativeBackend, gradient: tf.Tensor, saved: tf.Tensor) => tf.Tensor

function unary<T extends tf.Tensor>(x: T, op: string, plain: (x: T) => T, save: 'input' | 'output', fused: Fused): T {
  const native = nativeBackend()
  if (!native) return plain(x)
  const { float32 } = attributes(native)
  return differentiable(
    { x },
    (keep) => {
      const y = native.executeSingleOutput(op, [float32()], [x]) as T
      keep(save === 'input' ? x : y)
      return y
    },
    (gradient, [saved]) => ({ x: () => fused(native, gradient, saved!) }),
  )
}

/** Gradient kernels of the form (output or input, upstream) or the reverse. */
const fusedGradient = (op: string, savedFirst: boolean): Fused => (native, gradient, saved) =>
  native.executeSingleOutput(op, [attributes(native).float32()], savedFirst ? [saved, gradient] : [gradient, saved])

export function relu<T extends tf.Tensor>(x: T): T {
  return unary(x, 'Relu', (value) => tf.relu(value), 'output', fusedGradient('ReluGrad', false))
}

export function sigmoid<T extends tf.Tensor>(x: T): T {
  return unary(x, 'Sigmoid', (value) => tf.sigmoid(value), 'output', fusedGradient('SigmoidGrad', true))
}

export function tanh<T extends tf.Tensor>(x: T): T {
  return unary(x, 'Tanh', (value) => tf.tanh(value), 'output', fusedGradient('TanhGrad', true))
}

/** ln(1 + eˣ) */
export function softplus<T extends tf.Tensor>(x: T): T {
  return unary(x, 'Softplus', (value) => tf.softplus(value), 'input', fusedGradient('SoftplusGrad', false))
}

/** x [..., C] + bias [C] */
export function biasAdd<T extends tf.Tensor>(x: T, bias: tf.Tensor): T {
  const native = nativeBackend()
  if (!native) return tf.add(x, bias)
  const { float32 } = attributes(native)
  return differentiable(
    { x, bias },
    () => native.executeSingleOutput('BiasAdd', [float32()], [x, bias]) as T,
    (gradient) => ({
      x: () => gradient.clone(),
      bias: () => native.executeSingleOutput('BiasAddGrad', [float32()], [gradient]),
    }),
  )
}

/** Sum over the given axes (all when absent). */
export function sum(x: tf.Tensor, axes?: readonly number[]): tf.Tensor {
  const native = nativeBackend()
  const { shape } = x
  const summed = (axes ?? shape.map((_size, axis) => axis)).map((axis) => (axis < 0 ? axis + shape.length : axis))
  if (!native) return tf.sum(x, summed)
  const { float32, int32 } = attributes(native)
  return differentiable(
    { x },
    () => tf.sum(x, summed),
    (gradient) => ({
      x: () => {
        const expanded = tf.reshape(gradient, shape.map((size, axis) => (summed.includes(axis) ? 1 : size)))
        return native.executeSingleOutput('BroadcastTo', [float32(), int32('Tidx')], [expanded, tf.tensor1d(shape, 'int32')])
      },
    }),
  )
}

/** Sum of all elements, a scalar. */
export function sumAll(x: tf.Tensor): tf.Scalar {
  return sum(x) as tf.Scalar
}

/** log p(x) of a Bernoulli given by logits, x in {0, 1}: x·l − softplus(l), elementwise in nats. Differentiable in the logits. */
export function bernoulliLogProb<T extends tf.Tensor>(logits: T, x: tf.Tensor): T {
  return differentiable(
    { logits },
    (save) => {
      save(logits, x)
      return tf.sub(tf.mul(x, logits), tf.softplus(logits)) as T
    },
    (gradient, [savedLogits, savedX]) => ({ logits: () => tf.mul(gradient, tf.sub(savedX!, tf.sigmoid(savedLogits!))) }),
  )
}

/**
 * Logits [..., K] and levels [...] (0…K−1, float32 or int32) -> log softmax(logits)[level] in nats [...]. Differentiable in the logits.
 * By x_y − max x + log max p, which is exact however unlikely the level is; TensorFlow's softmax is several times faster than its
 * cross-entropy.
 */
export function categoricalLogProb(logits: tf.Tensor, levels: tf.Tensor): tf.Tensor {
  const native = nativeBackend()
  const classes = logits.shape[logits.shape.length - 1]!
  const flat = tf.reshape(logits, [-1, classes]) // [..., K] -> [N, K]
  const labels = tf.cast(tf.reshape(levels, [-1]), 'int32') // [...] -> [N]
  if (!native) {
    const chosen = tf.mul(tf.oneHot(labels, classes), tf.logSoftmax(flat))
    return tf.reshape(tf.sum(chosen, -1), levels.shape)
  }
  const { float32 } = attributes(native)
  const chosen = tf.stack([tf.range(0, labels.size, 1, 'int32'), labels], 1) // [N, 2]
  const logProb = differentiable(
    { flat },
    (save) => {
      const p = native.executeSingleOutput('Softmax', [float32()], [flat])
      save(p, chosen)
      return tf.add(tf.sub(tf.gatherND(flat, chosen), tf.max(flat, 1)), tf.log(tf.max(p, 1)))
    },
    (upstream, [p, at]) => ({
      // (1[k = y] − p_k) of each row, the other way round so that the softmax's own memory can be used.
      flat: () => tf.mul(tf.expandDims(tf.neg(upstream), 1), tf.tensorScatterUpdate(p!, at!, tf.sub(tf.gatherND(p!, at!), 1))),
    }),
  )
  return tf.reshape(logProb, levels.shape)
}

/** x [..., K] -> log softmax over the last axis [..., K]. */
export function logSoftmax<T extends tf.Tensor>(x: T): T {
  const native = nativeBackend()
  if (!native) return tf.logSoftmax(x)
  const { float32 } = attributes(native)
  return differentiable(
    { x },
    (save) => {
      const y = native.executeSingleOutput('LogSoftmax', [float32()], [x]) as T
      save(y)
      return y
    },
    (gradient, [y]) => ({ x: () => tf.sub(gradient, tf.mul(tf.exp(y!), tf.sum(gradient, -1, true))) }),
  )
}

/**
 * Sums of all elements up to each along an axis (exclusive: of those before it; reverse: from the end). tfjs's own gradient has the wrong
 * shape for any axis but the last; the right one is the cumulative sum the other way round.
 */
export function cumsum<T extends tf.Tensor>(x: T, axis: number, { exclusive = false, reverse = false } = {}): T {
  return differentiable(
    { x },
    () => tf.cumsum(x, axis, exclusive, reverse) as T,
    (gradient) => ({ x: () => tf.cumsum(gradient, axis, exclusive, !reverse) }),
  )
}
