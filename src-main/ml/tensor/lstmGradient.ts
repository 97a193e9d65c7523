import { matMul } from './linear'
import { attributes, executeWithInteger } from './native'
import type { NativeBackend } from './native'
import { statesBefore, stepsOf } from './steps'
import { tf } from './tf'

/** What the forward kernel gives, each [T, B, H]: gates after their activations, the cell c, tanh c and h. */
export type LstmStates = readonly [i: tf.Tensor, c: tf.Tensor, f: tf.Tensor, o: tf.Tensor, g: tf.Tensor, tanhC: tf.Tensor, h: tf.Tensor]

interface Given {
  x: tf.Tensor
  weight: tf.Tensor
  bias: tf.Tensor
  states: LstmStates
}
type Gradients = Pick<Given, 'x' | 'weight' | 'bias'>

/** A compiled step holds some nodes for each step taken apart. */
const MOST_TAKEN_APART = 4096
/** Fewer units take as long either way, and are compiled sooner by the kernel. */
const UNITS_WORTH_TAKING_APART = 96

/** Gradients of x [T, B, I], weight [I + H, 4H] and bias [4H] (columns i, f, g, o) given that of h [T, B, H]. */
export const lstmGradients = (native: NativeBackend, gradient: tf.Tensor, given: Given): Gradients =>
  (given.x.shape[0]! <= MOST_TAKEN_APART && given.bias.shape[0]! >= 4 * UNITS_WORTH_TAKING_APART ? gradientsByStep : gradientsByKernel)(native, gradient, given)

/**
 * Only what a step hands to the one before it is taken step by step: a product, and one kernel for all that is elementwise. The gradients of
 * the weights are products over all steps; the kernel for whole sequences adds them up step after step, which takes several times as long.
 */
export function gradientsByStep(native: NativeBackend, gradient: tf.Tensor, { x, weight, bias, states }: Given): Gradients {
  const [length, batch, inputs] = x.shape as [number, number, number]
  const hidden = bias.shape[0]! / 4
  const { float32, boolean } = attributes(native)
  const [i, c, f, o, g, tanhC] = states.slice(0, 6).map(stepsOf) as [tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[]]
  const upstream = stepsOf(gradient)
  const [zeros, noInput, peephole] = [tf.zeros([batch, hidden]), tf.zeros([batch, inputs]), tf.zeros([hidden])]
  // [4H, H], its rows as the kernel orders the gates.
  const back = tf.transpose(gatesOfKernel(tf.slice(weight, [inputs, 0], [hidden, 4 * hidden])))
  const ofGates = new Array<tf.Tensor>(length)
  let ofH = upstream.at(-1)!
  let ofC: tf.Tensor = zeros
  for (let step = length - 1; step >= 0; step--) {
    // Of the inputs, the state before and the weights it reads the sizes alone.
    const sizes = [noInput, step === 0 ? zeros : c[step - 1]!, zeros, weight, peephole, peephole, peephole, bias]
    const saved = [i[step]!, c[step]!, f[step]!, o[step]!, g[step]!, tanhC[step]!]
    const outputs = native.executeMultipleOutputs('LSTMBlockCellGrad', [float32(), boolean('use_peephole', false)], [...sizes, ...saved, ofC, ofH], 5)
    ofC = outputs[0]!
    ofGates[step] = outputs[1]!
    if (step > 0) ofH = tf.add(upstream[step - 1]!, matMul(outputs[1]!, back))
  }
  const flat = gatesOfKernel(tf.reshape(tf.stack(ofGates), [length * batch, 4 * hidden])) // there and back: its own inverse
  const read = tf.reshape(tf.concat([x, statesBefore(states[6])], 2), [length * batch, inputs + hidden])
  return {
    x: tf.reshape(matMul(flat, tf.slice(weight, [0, 0], [inputs, 4 * hidden]), false, true), x.shape),
    weight: matMul(read, flat, true),
    bias: tf.sum(flat, 0),
  }
}

/** Columns i, f, g, o as i, g, f, o, which the kernel of one step takes; or those as these. */
function gatesOfKernel(columns: tf.Tensor): tf.Tensor {
  const [i, f, g, o] = tf.split(columns, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  return tf.concat([i, g, f, o], 1)
}

/** The same by TensorFlow's kernel for whole sequences: one node however long they are, but slower from about 100 units on. */
export function gradientsByKernel(native: NativeBackend, gradient: tf.Tensor, { x, weight, bias, states }: Given): Gradients {
  const [length, batch] = x.shape as [number, number, number]
  const { float32, boolean } = attributes(native)
  const [state, peephole] = [tf.zeros([batch, bias.shape[0]! / 4]), tf.zeros([bias.shape[0]! / 4])]
  const operands = [x, state, state, weight, peephole, peephole, peephole, bias, ...states, tf.zerosLike(gradient), gradient]
  const outputs = executeWithInteger(native, 'BlockLSTMGradV2', [float32(), boolean('use_peephole', false)], length, operands, 8)
  return { x: outputs[0]!, weight: outputs[3]!, bias: outputs[7]! }
}
