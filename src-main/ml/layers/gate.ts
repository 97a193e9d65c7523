import { attributes, differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'

/** x [..., 2C] -> tanh(x[..., :C]) ⊙ σ(x[..., C:]), [..., C] */
export function gate(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)! / 2
  const start = x.shape.map(() => 0)
  const size = [...x.shape.slice(0, -1), channels]
  const halves = (): [tf.Tensor, tf.Tensor] => [tf.slice(x, start, size), tf.slice(x, [...start.slice(0, -1), channels], size)]
  const native = nativeBackend()
  if (!native) {
    const [filter, opening] = halves()
    return tf.mul(tf.tanh(filter), tf.sigmoid(opening))
  }
  const { float32 } = attributes(native)
  return differentiable(
    { x },
    (save) => {
      const [filter, opening] = halves()
      const t = native.executeSingleOutput('Tanh', [float32()], [filter])
      const s = native.executeSingleOutput('Sigmoid', [float32()], [opening])
      save(t, s)
      return tf.mul(t, s)
    },
    (gradient, [t, s]) => ({
      x: () =>
        tf.concat(
          [
            native.executeSingleOutput('TanhGrad', [float32()], [t!, tf.mul(gradient, s!)]),
            native.executeSingleOutput('SigmoidGrad', [float32()], [s!, tf.mul(gradient, t!)]),
          ],
          -1,
        ),
    }),
  )
}
