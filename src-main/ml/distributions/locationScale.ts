import { normalQuantile } from '../tensor/random'
import { tf } from '../tensor/tf'
import { HALF_LOG_TWO_PI, logNormalDensity, logNormalDensityAt, normalCdfAt } from './normal'

/** A standardised density: location 0, scale 1. */
export interface Kernel {
  name: string
  /** log density at z, elementwise. */
  logDensity(z: tf.Tensor): tf.Tensor
  logDensityAt(z: number): number
  quantile(u: number): number
  /** The distribution function, which `quantile` inverts. */
  cdf(z: number): number
  /** Differential entropy at scale 1, nats. */
  entropy: number
  /** Evenly spaced places that hold all of its mass for a trapezoid rule. */
  nodes: { from: number; step: number; count: number }
}

export const gaussianKernel: Kernel = {
  name: 'Gaussians',
  logDensity: logNormalDensity,
  logDensityAt: logNormalDensityAt,
  quantile: normalQuantile,
  cdf: normalCdfAt,
  entropy: HALF_LOG_TWO_PI + 0.5,
  nodes: { from: -8, step: 0.25, count: 65 },
}

export const laplaceKernel: Kernel = {
  name: 'Laplace',
  logDensity: (z) => tf.sub(tf.neg(tf.abs(z)), Math.LN2),
  logDensityAt: (z) => -Math.abs(z) - Math.LN2,
  quantile: (u) => (u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u))),
  cdf: (z) => (z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2),
  entropy: 1 + Math.LN2,
  nodes: { from: -16, step: 0.125, count: 257 },
}

/** log σ is kept here: narrower than any level, wider than any range. */
export const LEAST_LOG_SCALE = -10
export const MOST_LOG_SCALE = 10
export const clippedLogScale = (value: number): number => Math.min(MOST_LOG_SCALE, Math.max(LEAST_LOG_SCALE, value))

/**
 * Parameters live where the range of the data is −1…1, z = 2y/K − 1, so that they are near 1 whatever the number of levels;
 * values and densities are in units of a level.
 */
export const fromLevels = (y: tf.Tensor, levels: number): tf.Tensor => tf.sub(tf.mul(y, 2 / levels), 1)
export const toLevels = (z: number, levels: number): number => ((z + 1) * levels) / 2
export const logLevelsPerUnit = (levels: number): number => Math.log(levels / 2)
