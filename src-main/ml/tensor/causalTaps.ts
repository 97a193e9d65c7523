import { differentiable } from './native'
import { tf } from './tf'

/**
 * What a causal convolution reads: x [B, T, C] -> [B, T, (lags + 1)·C], at each position the values `lags` positions earlier (zeros before
 * the start) and then its own. Its matrix product with a kernel [(lags + 1)·C, F] is the dilated convolution.
 * The gradient is one shift back for each lag, where tfjs would take the concatenation, padding and slices apart again.
 */
export function causalTaps(x: tf.Tensor, lags: readonly number[]): tf.Tensor {
  const [batch, length, channels] = x.shape as [number, number, number]
  const kept = lags.filter((lag) => lag < length)
  // Time and channels as one axis: parts of a matrix are copied row by row, slices of more axes number by number.
  const joined = (from: tf.Tensor): tf.Tensor => tf.reshape(from, [batch, length * channels])
  const part = (from: tf.Tensor, start: number, size: number): tf.Tensor => tf.slice(joined(from), [0, start * channels], [batch, size * channels])
  const zeros = (lag: number): tf.Tensor => tf.zeros([batch, lag * channels])
  const channelsOf = (from: tf.Tensor, tap: number): tf.Tensor =>
    tf.slice(tf.reshape(from, [batch * length, -1]), [0, tap * channels], [batch * length, channels])
  return differentiable(
    { x },
    () => {
      const earlier = lags.map((lag) =>
        lag >= length ? tf.zerosLike(x) : tf.reshape(tf.concat([zeros(lag), part(x, 0, length - lag)], 1), [batch, length, channels]),
      )
      return tf.concat([...earlier, x], 2)
    },
    (gradient) => ({
      x: () => {
        const own = joined(channelsOf(gradient, lags.length))
        const total = kept.reduce(
          (sum, lag) => tf.add(sum, tf.concat([part(channelsOf(gradient, lags.indexOf(lag)), lag, length - lag), zeros(lag)], 1)),
          own,
        )
        return tf.reshape(total, [batch, length, channels])
      },
    }),
  )
}
