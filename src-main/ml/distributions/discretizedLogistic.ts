import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'
import { figuresOfMasses, levelByCdf, likeliestLevel } from './levelTable'
import { clipLogScale, logisticCdf, logisticCdfAt, logisticLogMass, logisticLogMassAt, logisticMeanAt } from './logisticMass'

/** A logistic distribution's mass of the bin of each level; two parameters: mean in −1…1, log scale. A temperature multiplies the scale. */
export function discretizedLogistic(levels: number): Distribution {
  const logProb = (parameters: tf.Tensor, x: tf.Tensor): tf.Tensor => {
    const [mean, logScale] = tf.split(parameters, 2, -1) as [tf.Tensor, tf.Tensor]
    return logisticLogMass(x, tf.squeeze(mean, [-1]), clipLogScale(tf.squeeze(logScale, [-1]), levels), levels)
  }
  return {
    name: 'discretised logistic',
    kind: 'mass',
    levels,
    parametersPerDimension: 2,
    logProb,
    ...figuresOfMasses(logProb, levels),
    sampleAt(parameters, offset, u, temperature) {
      const [mean, logScale] = [parameters[offset]!, parameters[offset + 1]!]
      if (temperature === 0) return likeliestLevel((level) => logisticLogMassAt(level, mean, logScale, levels), levels)
      const tempered = logScale + Math.log(temperature)
      return levelByCdf((level) => logisticCdfAt(level, mean, tempered, levels), u, levels)
    },
    logProbAt: (parameters, offset, value) => logisticLogMassAt(value, parameters[offset]!, parameters[offset + 1]!, levels),
    meanAt: (parameters, offset) => logisticMeanAt(parameters[offset]!, parameters[offset + 1]!, levels),
    cdfAt: (parameters, offset) => logisticCdf(parameters[offset]!, parameters[offset + 1]!, levels),
  }
}
