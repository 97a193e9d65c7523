import { tf } from './tf'

/** Rows of a [T, …] tensor, one for each step; tfjs cannot take apart a stack of one. */
export const stepsOf = (x: tf.Tensor): tf.Tensor[] => (x.shape[0] === 1 ? [tf.reshape(x, x.shape.slice(1))] : tf.unstack(x))

/** h_0 … h_{T−1} -> the states before each step, zeros first. [T, B, H] */
export function statesBefore(states: tf.Tensor): tf.Tensor {
  const [length, batch, hidden] = states.shape as [number, number, number]
  return tf.concat([tf.zeros([1, batch, hidden]), tf.slice(states, [0, 0, 0], [length - 1, batch, hidden])], 0)
}
