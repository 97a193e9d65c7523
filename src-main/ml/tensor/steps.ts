import { tf } from './tf'

/** Rows of a [T, …] tensor, one for each step; tfjs cannot take apart a stack of one. */
export const stepsOf = (x: tf.Tensor): tf.Tensor[] => (x.shape[0] === 1 ? [tf.reshape(x, x.shape.slice(1))] : tf.unstack(x))
