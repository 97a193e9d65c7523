import { attributes, differentiable, nativeBackend } from './native'
import type { NativeBackend } from './native'
import { tf } from './tf'

/**
 * a · b, or of their transposes: [M, K] · [K, N] -> [M, N]. tfjs takes the kernel for batches of matrices even for one, which TensorFlow
 * cannot join with the addition of a bias and with an activation that follow; the plain one it does.
 */
export function matMul(a: tf.Tensor, b: tf.Tensor, transposeA = false, transposeB = false): tf.Tensor2D {
  const native = nativeBackend()
  if (!native) return tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, transposeA, transposeB)
  return differentiable(
    { a, b },
    (save) => {
      save(a, b)
      return product(native, a, b, transposeA, transposeB)
    },
    (gradient, [savedA, savedB]) => ({
      a: () => (transposeA ? product(native, savedB!, gradient, transposeB, true) : product(native, gradient, savedB!, false, !transposeB)),
      b: () => (transposeB ? product(native, gradient, savedA!, true, transposeA) : product(native, savedA!, gradient, !transposeA, false)),
    }),
  )
}

function product(native: NativeBackend, a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  const { float32, boolean } = attributes(native)
  return native.executeSingleOutput('MatMul', [float32(), boolean('transpose_a', transposeA), boolean('transpose_b', transposeB)], [a, b]) as tf.Tensor2D
}

/** x [..., in] · weight [in, out] + bias [out] -> [..., out], one kernel where it is compiled. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [inputs, outputs] = weight.shape as [number, number]
  const native = nativeBackend()
  const shape = [...x.shape.slice(0, -1), outputs]
  if (!native) {
    const flat = tf.matMul(tf.reshape(x, [-1, inputs]) as tf.Tensor2D, weight as tf.Tensor2D)
    return tf.reshape(bias ? tf.add(flat, bias) : flat, shape)
  }
  const { float32 } = attributes(native)
  const rows = x.shape.length === 2 ? x : tf.reshape(x, [-1, inputs])
  const flat = differentiable(
    bias ? { rows, weight, bias } : { rows, weight },
    (save) => {
      save(rows, weight)
      const y = product(native, rows, weight, false, false)
      return bias ? (native.executeSingleOutput('BiasAdd', [float32()], [y, bias]) as tf.Tensor2D) : y
    },
    (gradient, [savedRows, savedWeight]) => ({
      rows: () => product(native, gradient, savedWeight!, false, true),
      weight: () => product(native, savedRows!, gradient, true, false),
      bias: () => native.executeSingleOutput('BiasAddGrad', [float32()], [gradient]),
    }),
  )
  return x.shape.length === 2 ? flat : tf.reshape(flat, shape)
}
