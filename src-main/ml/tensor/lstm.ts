import { attributes, differentiable, executeWithInteger, nativeBackend } from './native'
import type { NativeBackend } from './native'
import { sigmoid, tanh } from './ops'
import { tf } from './tf'

/** Examples from which on a batch is computed as two halves. */
const WORTH_HALVING = 8

/**
 * A layer of long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000) from a zero state:
 *   i_t, f_t, o_t = σ([x_t, h_{t−1}] W + b),  g_t = tanh([x_t, h_{t−1}] W + b),  c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t,  h_t = o_t ⊙ tanh(c_t)
 *
 * x [T, B, I], weight [I + H, 4H] (rows of x, then of h; columns i, f, g, o, as PyTorch orders them too), bias [4H] -> h [T, B, H].
 * On the native engine the whole sequence is one kernel each way (BlockLSTMV2, BlockLSTMGradV2); elsewhere it is unrolled.
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
  const [steps, batch, inputs] = x.shape as [number, number, number]
  const hidden = bias.shape[0]! / 4
  const rows = inputs + hidden
  const { float32, float, boolean } = attributes(native)
  // One backward kernel gives the gradients of weight and bias together, so they are one input [I + H + 1, 4H].
  const packed = tf.concat([weight, tf.expandDims(bias, 0)], 0)
  const operands = (all: tf.Tensor): tf.Tensor[] => {
    const state = tf.zeros([batch, hidden])
    const peephole = tf.zeros([hidden])
    const given = [tf.slice(all, [0, 0], [rows, 4 * hidden]), peephole, peephole, peephole, tf.reshape(tf.slice(all, [rows, 0], [1, 4 * hidden]), [4 * hidden])]
    return [state, state, ...given]
  }
  const backward = (gradient: tf.Tensor, [savedX, saved, ...states]: tf.Tensor[]): tf.Tensor[] => {
    const inputsOfKernel = [savedX!, ...operands(saved!), ...states, tf.zerosLike(gradient), gradient]
    return executeWithInteger(native, 'BlockLSTMGradV2', [float32(), boolean('use_peephole', false)], steps, inputsOfKernel, 8)
  }
  return differentiable(
    { x, packed },
    (save) => {
      // Without clipping of the cell: its default of 3 would be another model.
      const kernelAttributes = [float32(), float('cell_clip', 0), boolean('use_peephole', false)]
      const outputs = executeWithInteger(native, 'BlockLSTMV2', kernelAttributes, steps, [x, ...operands(packed)], 7) // i, c, f, o, g, tanh c, h
      save(x, packed, ...outputs)
      return tf.clone(outputs[6]!) as tf.Tensor3D
    },
    (gradient, saved) => ({
      x: () => backward(gradient, saved)[0]!,
      packed: () => {
        const gradients = backward(gradient, saved)
        return tf.concat([gradients[3]!, tf.expandDims(gradients[7]!, 0)], 0)
      },
    }),
  )
}

/** The same from plain ops, one step after the other: the portable form, and the reference of the tests. */
export function unrolledLstm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const [steps, batch, size] = x.shape as [number, number, number]
  const hidden = bias.shape[0]! / 4
  // tfjs cannot differentiate a stack of one that was taken apart.
  const inputs = steps === 1 ? [tf.reshape(x, [batch, size])] : tf.unstack(x)
  let h: tf.Tensor = tf.zeros([batch, hidden])
  let c: tf.Tensor = tf.zeros([batch, hidden])
  const outputs = inputs.map((step) => {
    const gates = tf.add(tf.matMul(tf.concat([step, h], 1) as tf.Tensor2D, weight as tf.Tensor2D), bias) // [B, I + H] -> [B, 4H]
    const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    c = tf.add(tf.mul(sigmoid(f), c), tf.mul(sigmoid(i), tanh(g)))
    h = tf.mul(sigmoid(o), tanh(c))
    return h
  })
  return tf.stack(outputs) as tf.Tensor3D
}
