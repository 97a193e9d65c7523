import { differentiable } from '../tensor/native'
import { tf } from '../tensor/tf'

/** ½ log 2π */
export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)

/** log φ(z) of the standard normal density. */
export const logNormalDensity = (z: tf.Tensor): tf.Tensor => tf.sub(tf.mul(tf.square(z), -0.5), HALF_LOG_TWO_PI)
export const logNormalDensityAt = (z: number): number => -0.5 * z * z - HALF_LOG_TWO_PI

/**
 * erfc(x) = t exp(−x² + P(t)), t = 1 / (1 + x/2), x ≥ 0: relative error below 1.2e-7 everywhere (Press et al., Numerical Recipes, section 6.2),
 * so its logarithm is right however far out.
 */
const COEFFICIENTS = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277]

/** log Φ(z) */
export function logNormalCdfAt(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2
  const t = 1 / (1 + x / 2)
  const lower = Math.log(t / 2) - x * x + COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  return z <= 0 ? lower : Math.log1p(-Math.exp(lower))
}

export const normalCdfAt = (z: number): number => Math.exp(logNormalCdfAt(z))

/** log Φ(z), forward only. */
function logNormalCdf(z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const x = tf.mul(tf.abs(z), Math.SQRT1_2)
    const t = tf.reciprocal(tf.add(tf.mul(x, 0.5), 1))
    const series = COEFFICIENTS.reduceRight<tf.Tensor>((sum, coefficient) => tf.add(tf.mul(sum, t), coefficient), tf.zerosLike(t))
    const lower = tf.add(tf.sub(tf.log(tf.mul(t, 0.5)), tf.square(x)), series)
    return tf.where(tf.lessEqual(z, 0), lower, tf.log1p(tf.neg(tf.exp(lower))))
  })
}

/** Below this, width × (1 + |middle|) of a bin, Taylor's series is the more accurate. */
const NARROW = 0.5

/** log(Φ(upper) − Φ(lower)), lower < upper, elementwise; ends far out stand for infinite ones. */
export function logNormalMass(lower: tf.Tensor, upper: tf.Tensor): tf.Tensor {
  return differentiable(
    { lower, upper },
    (save) => {
      const logMass = tf.tidy(() => {
        // By symmetry into the lower tail, where the logarithms of both are accurate.
        const flipped = tf.greater(tf.add(lower, upper), 0)
        const low = tf.where(flipped, tf.neg(upper), lower)
        const high = tf.where(flipped, tf.neg(lower), upper)
        const top = logNormalCdf(high)
        const difference = tf.add(top, tf.log(tf.neg(tf.expm1(tf.sub(logNormalCdf(low), top)))))
        const width = tf.sub(high, low)
        const middle = tf.mul(tf.add(low, high), 0.5)
        const narrow = tf.less(tf.mul(width, tf.add(tf.abs(middle), 1)), NARROW)
        return tf.where(narrow, narrowMass(middle, width), difference)
      })
      save(lower, upper, logMass)
      return logMass
    },
    (gradient, [low, high, logMass]) => ({
      lower: () => tf.neg(tf.mul(gradient, tf.exp(tf.sub(logNormalDensity(low!), logMass!)))),
      upper: () => tf.mul(gradient, tf.exp(tf.sub(logNormalDensity(high!), logMass!))),
    }),
  )
}

/** φ(m) w (1 + w²(m² − 1)/24 + w⁴(m⁴ − 6m² + 3)/1920): Taylor's series around the middle of a bin. */
function narrowMass(middle: tf.Tensor, width: tf.Tensor): tf.Tensor {
  const [m2, w2] = [tf.square(middle), tf.square(width)]
  const second = tf.mul(tf.mul(w2, tf.sub(m2, 1)), 1 / 24)
  const fourth = tf.mul(tf.mul(tf.square(w2), tf.add(tf.sub(tf.square(m2), tf.mul(m2, 6)), 3)), 1 / 1920)
  return tf.add(tf.add(logNormalDensity(middle), tf.log(width)), tf.log1p(tf.add(second, fourth)))
}

/** The same for numbers. */
export function logNormalMassAt(lower: number, upper: number): number {
  const [low, high] = lower + upper > 0 ? [-upper, -lower] : [lower, upper]
  const width = high - low
  const middle = (low + high) / 2
  if (width * (1 + Math.abs(middle)) < NARROW) {
    const [m2, w2] = [middle * middle, width * width]
    return logNormalDensityAt(middle) + Math.log(width) + Math.log1p((w2 * (m2 - 1)) / 24 + (w2 * w2 * (m2 * m2 - 6 * m2 + 3)) / 1920)
  }
  const top = logNormalCdfAt(high)
  return top + Math.log(-Math.expm1(logNormalCdfAt(low) - top))
}
