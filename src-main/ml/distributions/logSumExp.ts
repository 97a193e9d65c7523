import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'

/** log Σ exp over the last axis, [..., M] -> [...]; its gradient is the softmax, from the result itself. */
export function logSumExp(x: tf.Tensor): tf.Tensor {
  return differentiable(
    { x },
    (save) => {
      const result = tf.tidy(() => {
        const highest = tf.max(x, -1, true)
        return tf.squeeze(tf.add(highest, tf.log(tf.sum(tf.exp(tf.sub(x, highest)), -1, true))), [-1])
      })
      save(x, result)
      return result
    },
    (gradient, [saved, result]) => ({
      x: () => tf.mul(tf.expandDims(gradient, -1), tf.exp(tf.sub(saved!, tf.expandDims(result!, -1)))),
    }),
  )
}

/** The same of `count` numbers at `offset`. */
export function logSumExpAt(values: ArrayLike<number>, offset: number, count: number): number {
  let highest = -Infinity
  for (let index = 0; index < count; index++) highest = Math.max(highest, values[offset + index]!)
  if (highest === -Infinity) return highest
  let total = 0
  for (let index = 0; index < count; index++) total += Math.exp(values[offset + index]! - highest)
  return highest + Math.log(total)
}

/**
 * Which of the components with the given logits the uniform number falls to, in their order, and what is left of it, again uniform in
 * (0, 1). Logits are divided by the temperature, which is positive.
 */
export function chooseComponent(
  parameters: Float32Array,
  offset: number,
  components: number,
  u: number,
  temperature: number,
): { component: number; rest: number } {
  let highest = -Infinity
  for (let index = 0; index < components; index++) highest = Math.max(highest, parameters[offset + index]!)
  let total = 0
  for (let index = 0; index < components; index++) total += Math.exp((parameters[offset + index]! - highest) / temperature)
  let left = u * total
  for (let component = 0; component < components; component++) {
    const weight = Math.exp((parameters[offset + component]! - highest) / temperature)
    if (left < weight) return { component, rest: inside(left / weight) }
    left -= weight
  }
  // Only rounding leads here: u just below 1.
  return { component: components - 1, rest: inside(1) }
}

/** Away from 0 and 1, where quantiles are infinite. */
export const inside = (u: number): number => Math.min(1 - 2 ** -53, Math.max(2 ** -54, u))
