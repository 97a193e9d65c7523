import { differentiable } from '../tensor/native'
import { softplus } from '../tensor/ops'
import { tf } from '../tensor/tf'

/** log σ is kept here: as PixelCNN++ at the narrow end; at the wide one, half of the mass is in each edge bin already. */
export const LEAST_LOG_SCALE = -7
export const MOST_LOG_SCALE = 12
/** Levels of a byte, for which these forms were made; more of them have finer bins. */
const BYTE_LEVELS = 256
const isFine = (levels: number): boolean => levels > BYTE_LEVELS
/** The narrowest scale is the same share of a bin, about a ninth, however many levels there are beyond those of a byte. */
export const leastLogScale = (levels: number): number =>
  isFine(levels) ? Math.fround(LEAST_LOG_SCALE - Math.log((levels - 1) / (BYTE_LEVELS - 1))) : LEAST_LOG_SCALE
export const clippedLogScale = (value: number, levels = BYTE_LEVELS): number => Math.min(MOST_LOG_SCALE, Math.max(leastLogScale(levels), value))
export const clipLogScale = (logScale: tf.Tensor, levels = BYTE_LEVELS): tf.Tensor =>
  tf.clipByValue(logScale, leastLogScale(levels), MOST_LOG_SCALE)

/**
 * Where a mean lies among the levels, 0…K−1, rounded to float32 step by step: tensors and numbers then hold the very same edges. Between 65,536
 * levels a float32 in −1…1 could not: its steps are up to 1/256 of a bin, as these are, but the distance to a level is then exact.
 */
export const middleAt = (mean: number, levels: number): number => Math.fround(Math.fround(mean + 1) * ((levels - 1) / 2))

/** Levels 0…K−1 as −1…1, where the means live; a bin is 2/(K − 1) wide. */
export const centred = (x: tf.Tensor, levels: number): tf.Tensor => tf.sub(tf.mul(x, 2 / (levels - 1)), 1)
export const centredAt = (level: number, levels: number): number => (2 * level) / (levels - 1) - 1

/** Comparisons as 0 and 1. Their gradient in x is 0, which tfjs must be told: colours are coupled to x itself, and causality is proven by gradients. */
const flagsOf = (x: tf.Tensor, compare: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
  differentiable(
    { x },
    () => tf.cast(compare(x), 'float32'),
    (gradient) => ({ x: () => tf.zerosLike(gradient) }),
  )

/**
 * log of the mass that a logistic distribution gives the bin of level x, exactly and stably (the outer bins reach to infinity):
 * with a and b the logits at the bin's upper and lower edge,
 *   x = 0: −softplus(−a),  x = K − 1: −softplus(b),  else −softplus(−a) − softplus(b) + log(1 − exp(b − a)).
 * x, mean and log scale broadcast against each other; the log scale has been clipped. Nothing here cancels or underflows, however far the tail
 * and however narrow the bin, so there is no fallback to the density. Of more than 256 levels distances are counted in levels.
 */
export function logisticLogMass(x: tf.Tensor, mean: tf.Tensor, logScale: tf.Tensor, levels: number): tf.Tensor {
  const unit = (levels - 1) / 2
  const fine = isFine(levels)
  const half = fine ? 0.5 : 1 / (levels - 1)
  const inverse = fine ? tf.exp(tf.sub(-Math.log(unit), logScale)) : tf.exp(tf.neg(logScale))
  const distance = fine ? tf.sub(x, tf.mul(tf.add(mean, 1), unit)) : tf.sub(centred(x, levels), mean)
  const upper = tf.mul(tf.add(distance, half), inverse)
  const lower = tf.mul(tf.sub(distance, half), inverse)
  const notLast = flagsOf(x, (level) => tf.less(level, levels - 1.5))
  const notFirst = flagsOf(x, (level) => tf.greater(level, 0.5))
  const ends = tf.add(tf.mul(softplus(tf.neg(upper)), notLast), tf.mul(softplus(lower), notFirst))
  const width = tf.log(tf.neg(tf.expm1(tf.mul(inverse, -2 * half))))
  return tf.sub(tf.mul(width, tf.mul(notLast, notFirst)), ends)
}

const softplusAt = (value: number): number => Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)))
const sigmoidAt = (value: number): number => 1 / (1 + Math.exp(-value))

export function logisticLogMassAt(level: number, mean: number, logScale: number, levels: number): number {
  const unit = (levels - 1) / 2
  const fine = isFine(levels)
  const half = fine ? 0.5 : 1 / (levels - 1)
  const inverse = Math.exp(-clippedLogScale(logScale, levels)) / (fine ? unit : 1)
  const distance = fine ? level - middleAt(mean, levels) : centredAt(level, levels) - mean
  const top = level < levels - 1 ? softplusAt(-(distance + half) * inverse) : 0
  const bottom = level > 0 ? softplusAt((distance - half) * inverse) : 0
  return (level > 0 && level < levels - 1 ? Math.log(-Math.expm1(-2 * half * inverse)) : 0) - top - bottom
}

/** level -> P(X ≤ level) */
export function logisticCdf(mean: number, logScale: number, levels: number): (level: number) => number {
  const inverse = Math.exp(-clippedLogScale(logScale, levels))
  if (isFine(levels)) {
    const [middle, perLevel] = [middleAt(mean, levels), inverse / ((levels - 1) / 2)]
    return (level) => (level >= levels - 1 ? 1 : sigmoidAt((level + 0.5 - middle) * perLevel))
  }
  return (level) => (level >= levels - 1 ? 1 : sigmoidAt((centredAt(level, levels) + 1 / (levels - 1) - mean) * inverse))
}

/** P(level ≤ `level`) */
export function logisticCdfAt(level: number, mean: number, logScale: number, levels: number): number {
  if (level >= levels - 1) return 1
  if (isFine(levels)) return logisticCdf(mean, logScale, levels)(level)
  return sigmoidAt((centredAt(level, levels) + 1 / (levels - 1) - mean) * Math.exp(-clippedLogScale(logScale)))
}

/** Scales of at least so many levels are summed by the midpoint rule, whose error is then below 1e-5. */
const WIDE = 4
/** Beyond so many scales from the mean, all mass is on one side. */
const REACH = 18

/** Mean level, Σ_{k < K−1} P(level > k). */
export function logisticMeanAt(mean: number, logScale: number, levels: number): number {
  const unit = (levels - 1) / 2
  const middle = (mean + 1) * unit
  const scale = Math.exp(clippedLogScale(logScale, levels)) * unit
  if (scale >= WIDE) {
    const slope = (at: number): number => -(sigmoidAt((middle - at) / scale) * sigmoidAt((at - middle) / scale)) / scale
    const integral = scale * (softplusAt(middle / scale) - softplusAt((middle - levels + 1) / scale))
    return integral - (slope(levels - 1) - slope(0)) / 24
  }
  const from = Math.min(levels - 1, Math.max(0, Math.floor(middle - REACH * scale)))
  const to = Math.min(levels - 1, Math.max(from, Math.ceil(middle + REACH * scale)))
  let sum = from
  for (let level = from; level < to; level++) sum += sigmoidAt((middle - level - 0.5) / scale)
  return sum
}
