import type { Model } from '../models/model'
import { logProbPerDimension } from '../evaluation/logProb'
import { sumAll } from '../tensor/ops'
import { tf } from '../tensor/tf'

/**
 * The training loss in nats, a scalar: the exact negative log-likelihood −Σ log p(x_i | x_<i), its mean over examples, or over the samples
 * that count where there is a mask. levels [B, L], mask [B, L].
 */
export function meanNll(model: Model, parameters: Readonly<Record<string, tf.Tensor>>, levels: tf.Tensor, mask: tf.Tensor | null): tf.Scalar {
  const logProb = logProbPerDimension(model, parameters, levels) // [B, L]
  if (!mask) return tf.div(tf.neg(sumAll(logProb)), levels.shape[0]!)
  return tf.div(tf.neg(sumAll(tf.mul(logProb, mask))), tf.sum(mask))
}

interface GradientHost {
  gradients(f: () => tf.Scalar, xs: tf.Tensor[], dy: null, allowNoGradients: boolean): { value: tf.Scalar; grads: (tf.Tensor | null)[] }
}

/** Loss and gradients in the order of `names`; a parameter that the loss does not depend on has gradient 0. */
export function lossAndGradients(
  model: Model,
  names: readonly string[],
  parameters: Readonly<Record<string, tf.Tensor>>,
  levels: tf.Tensor,
  mask: tf.Tensor | null,
): [tf.Scalar, ...tf.Tensor[]] {
  const tensors = names.map((name) => parameters[name]!)
  // tf.valueAndGrads insists on a gradient for each; networks such as WaveNet have a last layer whose residual output goes nowhere.
  const host = tf.engine() as unknown as GradientHost
  const { value, grads } = host.gradients(() => meanNll(model, parameters, levels, mask), tensors, null, true)
  return [value, ...grads.map((gradient, index) => gradient ?? tf.zerosLike(tensors[index]!))]
}
