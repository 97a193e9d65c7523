import { logSoftmax } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'
import { figuresOfMasses, levelByCdf, likeliestLevel } from './levelTable'
import { clipLogScale, logisticCdf, logisticCdfAt, logisticLogMass, logisticLogMassAt, logisticMeanAt } from './logisticMass'
import { logSumExp, logSumExpAt } from './logSumExp'

/**
 * Discretised mixture of logistics (Salimans et al. 2017, PixelCNN++, equation 2, with the inner bins exact):
 *   P(x) = Σ_m π_m [σ((x + ½ − μ_m) / s_m) − σ((x − ½ − μ_m) / s_m)], the outer bins reaching to ±∞.
 * 3M parameters: logits, means in −1…1, log scales. A temperature divides the logits and multiplies the scales.
 */
export function discretizedLogisticMixture(levels: number, components: number): Distribution {
  const M = components
  const logProb = (parameters: tf.Tensor, x: tf.Tensor): tf.Tensor => {
    const [logits, mean, logScale] = tf.split(parameters, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor] // [..., M] each
    return logSumExp(tf.add(logSoftmax(logits), logisticLogMass(tf.expandDims(x, -1), mean, clipLogScale(logScale, levels), levels)))
  }
  const logProbAt = (parameters: Float32Array, offset: number, value: number): number => {
    const terms = new Float64Array(M)
    for (let m = 0; m < M; m++)
      terms[m] = parameters[offset + m]! + logisticLogMassAt(value, parameters[offset + M + m]!, parameters[offset + 2 * M + m]!, levels)
    return logSumExpAt(terms, 0, M) - logSumExpAt(parameters, offset, M)
  }
  return {
    name: 'discretised mixture of logistics',
    kind: 'mass',
    levels,
    parametersPerDimension: 3 * M,
    logProb,
    ...figuresOfMasses(logProb, levels),
    /** The mixture's own distribution function, inverted over the levels. */
    sampleAt(parameters, offset, u, temperature) {
      if (temperature === 0) return likeliestLevel((level) => logProbAt(parameters, offset, level), levels)
      const weights = new Float64Array(M)
      let highest = -Infinity
      for (let m = 0; m < M; m++) highest = Math.max(highest, parameters[offset + m]!)
      let total = 0
      for (let m = 0; m < M; m++) total += weights[m] = Math.exp((parameters[offset + m]! - highest) / temperature)
      const shift = Math.log(temperature)
      const cdf = (level: number): number => {
        let sum = 0
        for (let m = 0; m < M; m++)
          sum += weights[m]! * logisticCdfAt(level, parameters[offset + M + m]!, parameters[offset + 2 * M + m]! + shift, levels)
        return sum / total
      }
      return levelByCdf(cdf, u, levels)
    },
    logProbAt,
    meanAt(parameters, offset) {
      const normaliser = logSumExpAt(parameters, offset, M)
      let mean = 0
      for (let m = 0; m < M; m++)
        mean +=
          Math.exp(parameters[offset + m]! - normaliser) *
          logisticMeanAt(parameters[offset + M + m]!, parameters[offset + 2 * M + m]!, levels)
      return mean
    },
    cdfAt(parameters, offset) {
      const normaliser = logSumExpAt(parameters, offset, M)
      const weights = Float64Array.from({ length: M }, (_value, m) => Math.exp(parameters[offset + m]! - normaliser))
      const cdfs = Array.from({ length: M }, (_value, m) => logisticCdf(parameters[offset + M + m]!, parameters[offset + 2 * M + m]!, levels))
      return (level) => {
        let sum = 0
        for (let m = 0; m < M; m++) sum += weights[m]! * cdfs[m]!(level)
        return sum
      }
    },
  }
}
