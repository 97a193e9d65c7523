import { attributes, differentiable, nativeBackend } from '../tensor/native'
import { tf } from '../tensor/tf'

/**
 * Concatenated ELU, x [..., C] -> [elu(x), elu(−x)] [..., 2C].
 * Channels are put together and cut apart as columns of a matrix, which TensorFlow copies row by row.
 */
export function concatElu(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)!
  const shape = [...x.shape.slice(0, -1), 2 * channels]
  const rows = tf.reshape(x, [-1, channels])
  return tf.reshape(concatEluOfRows(rows, channels), shape)
}

function concatEluOfRows(x: tf.Tensor, channels: number): tf.Tensor {
  const native = nativeBackend()
  if (!native) return tf.concat([tf.elu(x), tf.elu(tf.neg(x))], 1)
  const { float32 } = attributes(native)
  const elu = (of: tf.Tensor): tf.Tensor => native.executeSingleOutput('Elu', [float32()], [of])
  return differentiable(
    { x },
    (save) => {
      const [up, down] = [elu(x), elu(tf.neg(x))]
      save(up, down)
      return tf.concat([up, down], 1)
    },
    (gradient, saved) => ({
      x: () => {
        const size = [x.shape[0]!, channels]
        const [up, down] = saved.map((y, half) =>
          native.executeSingleOutput('EluGrad', [float32()], [tf.slice(gradient, [0, half * channels], size), y]),
        )
        return tf.sub(up!, down!)
      },
    }),
  )
}

/** The same of `channels` numbers, written into 2 · channels places. */
export function concatEluAt(source: Float32Array, from: number, channels: number, target: Float32Array, at: number): void {
  for (let channel = 0; channel < channels; channel++) {
    const value = source[from + channel]!
    target[at + channel] = eluAt(value)
    target[at + channels + channel] = eluAt(-value)
  }
}

export const eluAt = (value: number): number => (value > 0 ? value : Math.expm1(value))

/** x [..., 2C] -> a ⊙ σ(b), a the first C channels, b the others. */
export function linearGate(x: tf.Tensor): tf.Tensor {
  const channels = x.shape.at(-1)! / 2
  const rows = tf.reshape(x, [-1, 2 * channels])
  return tf.reshape(linearGateOfRows(rows, channels), [...x.shape.slice(0, -1), channels])
}

function linearGateOfRows(x: tf.Tensor, channels: number): tf.Tensor {
  const size = [x.shape[0]!, channels]
  const halves = (): [tf.Tensor, tf.Tensor] => [tf.slice(x, [0, 0], size), tf.slice(x, [0, channels], size)]
  const native = nativeBackend()
  if (!native) {
    const [value, opening] = halves()
    return tf.mul(value, tf.sigmoid(opening))
  }
  const { float32 } = attributes(native)
  return differentiable(
    { x },
    (save) => {
      const [value, opening] = halves()
      const s = native.executeSingleOutput('Sigmoid', [float32()], [opening])
      save(value, s)
      return tf.mul(value, s)
    },
    (gradient, [value, s]) => ({
      x: () =>
        tf.concat(
          [tf.mul(gradient, s!), native.executeSingleOutput('SigmoidGrad', [float32()], [s!, tf.mul(gradient, value!)])],
          1,
        ),
    }),
  )
}
