import { linear } from './linear'
import { attributes, differentiable, nativeBackend } from './native'
import { tf } from './tf'

/**
 * tanh(x W_f + b_f) ⊙ σ(x W_g + b_g): x [..., in], weight [in, 2C] and bias [2C] (columns of the filter, then of the gate) -> [..., C].
 * Each half is one kernel where it is compiled, product, bias and activation together, so that nothing is cut apart; the way back puts
 * the halves together once.
 */
export function gatedLinear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [inputs, columns] = weight.shape as [number, number]
  const channels = columns / 2
  const shape = [...x.shape.slice(0, -1), channels]
  const native = nativeBackend()
  if (!native) {
    const gates = tf.reshape(linear(x, weight, bias), [-1, columns])
    const [filter, gate] = [0, channels].map((from) => tf.slice(gates, [0, from], [gates.shape[0]!, channels])) as [tf.Tensor, tf.Tensor]
    return tf.reshape(tf.mul(tf.tanh(filter), tf.sigmoid(gate)), shape)
  }
  const { float32, boolean } = attributes(native)
  const product = (a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor =>
    native.executeSingleOutput('MatMul', [float32(), boolean('transpose_a', transposeA), boolean('transpose_b', transposeB)], [a, b])
  const unary = (op: string, ...operands: tf.Tensor[]): tf.Tensor => native.executeSingleOutput(op, [float32()], operands)
  const rows = tf.reshape(x, [-1, inputs])
  const beforeGates = (gradient: tf.Tensor, [, , t, s]: tf.Tensor[]): tf.Tensor =>
    tf.concat([unary('TanhGrad', t!, tf.mul(gradient, s!)), unary('SigmoidGrad', s!, tf.mul(gradient, t!))], 1) // [N, 2C]
  const z = differentiable(
    { rows, weight, bias },
    (save) => {
      const half = (op: string, from: number): tf.Tensor => {
        const projected = product(rows, tf.slice(weight, [0, from], [inputs, channels]), false, false)
        return unary(op, unary('BiasAdd', projected, tf.slice(bias, [from], [channels])))
      }
      const [t, s] = [half('Tanh', 0), half('Sigmoid', channels)]
      save(rows, weight, t, s)
      return tf.mul(t, s)
    },
    (gradient, saved) => ({
      rows: () => product(beforeGates(gradient, saved), saved[1]!, false, true),
      weight: () => product(saved[0]!, beforeGates(gradient, saved), true, false),
      bias: () => unary('BiasAddGrad', beforeGates(gradient, saved)),
    }),
  )
  return tf.reshape(z, shape)
}
