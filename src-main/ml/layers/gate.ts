import { attributes, differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'

/**
 * x [..., 2C] -> tanh(x[..., :C]) ⊙ σ(x[..., C:]), [..., C]
 * Columns are cut from a matrix, since TensorFlow copies those row by row, and slices of more axes number by number.
 */
export function gate(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)! / 2
  const rows = tf.reshape(x, [-1, 2 * channels])
  return tf.reshape(gateOfRows(rows, channels), [...x.shape.slice(0, -1), channels])
}

/** [N, 2C] -> [N, C] */
function gateOfRows(x: tf.Tensor, channels: number): tf.Tensor {
  const size = [x.shape[0]!, channels]
  const halves = (): [tf.Tensor, tf.Tensor] => [tf.slice(x, [0, 0], size), tf.slice(x, [0, channels], size)]
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
          1,
        ),
    }),
  )
}
