import { jointlyDifferentiable } from './jointly'
import { lstmGradients } from './lstmGradient'
import type { LstmStates } from './lstmGradient'
import { attributes, executeWithInteger, nativeBackend } from './native'
import type { NativeBackend } from './native'
import { sigmoid, tanh } from './ops'
import { stepsOf } from './steps'
import { tf } from './tf'

/** Examples from which on a batch is computed as two halves. */
const WORTH_HALVING = 8

/**
 * A layer of long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000) from a zero state:
 *   i_t, f_t, o_t = σ([x_t, h_{t−1}] W + b),  g_t = tanh([x_t, h_{t−1}] W + b),  c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t,  h_t = o_t ⊙ tanh(c_t)
 *
 * x [T, B, I], weight [I + H, 4H] (rows of x, then of h; columns i, f, g, o, as PyTorch orders them too), bias [4H] -> h [T, B, H].
 * On the native engine the whole sequence is one kernel (BlockLSTMV2) and so is its gradient, or a product and a kernel for each step
 * (lstmGradients); elsewhere it is unrolled.
 * Its steps are too small for more than one core, so the batch goes through two kernels side by side (a quarter less time on two cores).
 */
export function lstm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const native = nativeBackend()
  if (!native) return unrolledLstm(x, weight, bias)
  const [steps, batch, inputs] = x.shape as [number, number, number]
  if (batch < WORTH_HALVING) return blockLstm(native, x, weight, bias)
  const half = batch >> 1
  const first = tf.slice(x, [0, 0, 0], [steps, half, inputs])
  const second = tf.slice(x, [0, half, 0], [steps, batch - half, inputs])
  return tf.concat([blockLstm(native, first, weight, bias), blockLstm(native, second, weight, bias)], 1) as tf.Tensor3D
}

function blockLstm(native: NativeBackend, x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const [length, batch] = x.shape as [number, number, number]
  const hidden = bias.shape[0]! / 4
  const { float32, float, boolean } = attributes(native)
  return jointlyDifferentiable<tf.Tensor3D>(
    [x, weight, bias],
    ([given, W, b], save) => {
      const [state, peephole] = [tf.zeros([batch, hidden]), tf.zeros([hidden])]
      // Without clipping of the cell: its default of 3 would be another model.
      const kernelAttributes = [float32(), float('cell_clip', 0), boolean('use_peephole', false)]
      const states = executeWithInteger(native, 'BlockLSTMV2', kernelAttributes, length, [given!, state, state, W!, peephole, peephole, peephole, b!], 7)
      save(...states)
      return tf.clone(states[6]!) as tf.Tensor3D
    },
    (gradient, [given, W, b], saved) => {
      const gradients = lstmGradients(native, gradient, { x: given!, weight: W!, bias: b!, states: saved as unknown as LstmStates })
      return [gradients.x, gradients.weight, gradients.bias]
    },
  )
}

/** The same from plain ops, one step after the other: the portable form, and the reference of the tests. */
export function unrolledLstm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const batch = x.shape[1]!
  const hidden = bias.shape[0]! / 4
  let h: tf.Tensor = tf.zeros([batch, hidden])
  let c: tf.Tensor = tf.zeros([batch, hidden])
  const outputs = stepsOf(x).map((step) => {
    const gates = tf.add(tf.matMul(tf.concat([step, h], 1) as tf.Tensor2D, weight as tf.Tensor2D), bias) // [B, I + H] -> [B, 4H]
    const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    c = tf.add(tf.mul(sigmoid(f), c), tf.mul(sigmoid(i), tanh(g)))
    h = tf.mul(sigmoid(o), tanh(c))
    return h
  })
  return tf.stack(outputs) as tf.Tensor3D
}
