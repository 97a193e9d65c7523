import { differentiable } from './native'
import { tf } from './tf'

/**
 * An op whose backward pass gives the gradients of all inputs in one sweep. tfjs asks for each input's gradient on its own, so the inputs are
 * laid end to end as one: `forward` and `backward` see them apart again. `backward` answers a gradient for each input, in order.
 */
export function jointlyDifferentiable<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (inputs: tf.Tensor[], save: (...tensors: tf.Tensor[]) => void) => T,
  backward: (gradient: T, inputs: tf.Tensor[], saved: tf.Tensor[]) => tf.Tensor[],
): T {
  const joined = tf.concat(inputs.map((input) => tf.reshape(input, [-1])), 0)
  const apart = (all: tf.Tensor): tf.Tensor[] => {
    let from = 0
    return inputs.map(({ shape, size }) => tf.reshape(tf.slice(all, [(from += size) - size], [size]), shape))
  }
  return differentiable(
    { joined },
    (save) => {
      const kept: tf.Tensor[] = []
      const y = forward(apart(joined), (...tensors) => kept.push(...tensors))
      save(joined, ...kept)
      return y
    },
    (gradient, [savedInputs, ...saved]) => ({
      joined: () => tf.concat(backward(gradient, apart(savedInputs!), saved).map((part) => tf.reshape(part, [-1])), 0),
    }),
  )
}
