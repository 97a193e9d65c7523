import type { VideoPixelNetworkConfig } from '../../contract/inspect/videoPixelNetwork'
import { biasAdd, conv2d, relu, sigmoid, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'

type ParameterOf = (name: string) => tf.Tensor

/**
 * The encoding of frames, e: [N, H, W, C + 1] (levels in −1…1 and a one, so that borders can be told) -> [N, H, W, F]: a 3 × 3 convolution, then
 * residual blocks z + V ∗ relu(U ∗ relu(z)), then a ReLU. Zeros beyond the borders.
 */
export function encodeFrames(frames: tf.Tensor, { encoderBlocks }: Pick<VideoPixelNetworkConfig, 'encoderBlocks'>, parameter: ParameterOf): tf.Tensor {
  const convolve = (x: tf.Tensor, name: string): tf.Tensor => biasAdd(conv2d(x, parameter(`${name}.weight`), 'same') as tf.Tensor, parameter(`${name}.bias`))
  let features = convolve(frames, 'encoder.input')
  for (let block = 0; block < encoderBlocks; block++)
    features = tf.add(features, convolve(relu(convolve(relu(features), `encoder.${block}.first`)), `encoder.${block}.second`))
  return relu(features)
}

/** What the recurrence is driven by, W ∗ e + b: [N, H, W, F] -> [N, H, W, 4S], in one product for all frames. */
export const recurrenceDrive = (encoded: tf.Tensor, parameter: ParameterOf): tf.Tensor =>
  biasAdd(conv2d(encoded, parameter('lstm.input.weight'), 'same') as tf.Tensor, parameter('lstm.input.bias'))

export interface RecurrentState {
  /** [B, H, W, S] each. */
  hidden: tf.Tensor
  cell: tf.Tensor
}

/**
 * One step of a convolutional LSTM (Shi et al. 2015, without peepholes): i, f, o = σ(…), g = tanh(…) of drive + U ∗ h; c = f ⊙ c + i ⊙ g,
 * h = o ⊙ tanh c. The state before the first frame is zero.
 */
export function recurrentStep(drive: tf.Tensor, before: RecurrentState | null, parameter: ParameterOf): RecurrentState {
  const sums = before ? tf.add(drive, conv2d(before.hidden, parameter('lstm.state.weight'), 'same') as tf.Tensor) : drive
  const [i, f, o, g] = tf.split(sums, 4, 3) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const candidate = tf.mul(sigmoid(i), tanh(g))
  const cell = before ? tf.add(tf.mul(sigmoid(f), before.cell), candidate) : candidate
  return { cell, hidden: tf.mul(sigmoid(o), tanh(cell)) }
}
