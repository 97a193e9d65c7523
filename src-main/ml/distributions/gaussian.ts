import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'
import { clippedLogScale, fromLevels, gaussianKernel, LEAST_LOG_SCALE, logLevelsPerUnit, MOST_LOG_SCALE, toLevels } from './locationScale'
import { inside } from './logSumExp'

/** [..., 2] -> mean and log σ, each [...], in units where the data's range is −1…1. */
function split(parameters: tf.Tensor): [mean: tf.Tensor, logScale: tf.Tensor] {
  const [mean, logScale] = tf.split(parameters, 2, -1) as [tf.Tensor, tf.Tensor]
  return [tf.squeeze(mean, [-1]), tf.clipByValue(tf.squeeze(logScale, [-1]), LEAST_LOG_SCALE, MOST_LOG_SCALE)]
}

/** The normal density N(z; μ, σ²) of dequantised values, z = 2y/K − 1; two parameters: μ, log σ. */
export function gaussian(levels: number): Distribution {
  const perUnit = logLevelsPerUnit(levels)
  return {
    name: 'gaussian',
    kind: 'density',
    levels,
    parametersPerDimension: 2,
    logProb(parameters, x) {
      const [mean, logScale] = split(parameters)
      const z = tf.mul(tf.sub(fromLevels(x, levels), mean), tf.exp(tf.neg(logScale)))
      return tf.sub(tf.sub(gaussianKernel.logDensity(z), logScale), perUnit)
    },
    mean: (parameters) => tf.tidy(() => tf.mul(tf.add(split(parameters)[0], 1), levels / 2)),
    mode: (parameters) => tf.tidy(() => tf.mul(tf.add(split(parameters)[0], 1), levels / 2)),
    entropy: (parameters) => tf.tidy(() => tf.add(split(parameters)[1], gaussianKernel.entropy + perUnit)),
    sampleAt(parameters, offset, u, temperature) {
      const scale = Math.exp(clippedLogScale(parameters[offset + 1]!)) * temperature
      return toLevels(parameters[offset]! + (temperature === 0 ? 0 : scale * gaussianKernel.quantile(inside(u))), levels)
    },
    logProbAt(parameters, offset, value) {
      const logScale = clippedLogScale(parameters[offset + 1]!)
      const z = ((2 * value) / levels - 1 - parameters[offset]!) * Math.exp(-logScale)
      return gaussianKernel.logDensityAt(z) - logScale - perUnit
    },
    meanAt: (parameters, offset) => toLevels(parameters[offset]!, levels),
    cdfAt(parameters, offset) {
      const inverse = Math.exp(-clippedLogScale(parameters[offset + 1]!))
      return (value) => gaussianKernel.cdf(((2 * value) / levels - 1 - parameters[offset]!) * inverse)
    },
  }
}
