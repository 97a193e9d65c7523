import { normalQuantile } from '../tensor/random'
import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'
import { figuresOfMasses, levelByCdf, likeliestLevel } from './levelTable'
import { clippedLogScale, LEAST_LOG_SCALE, MOST_LOG_SCALE } from './locationScale'
import { logNormalMass, logNormalMassAt, normalCdfAt } from './normal'

/** Beyond so many levels no figure looks at each of them; and the quantiles by which an entropy is then summed. */
const TABLED = 1024
const NODES = 64
/** Stands for infinity: finite when squared after a division by the smallest scale. */
const FAR = 1e6

/**
 * A Gaussian's mass of the bin of each level, the outer bins reaching to infinity: P(x = k) = Φ((e_{k+1} − μ)/σ) − Φ((e_k − μ)/σ).
 * Two parameters, μ and log σ, in the units of the edges. `edges` are the K − 1 between levels; without them bins of equal width in −1…1.
 * The product of such conditionals, each given the earlier levels, is a normalised distribution of levels, so its likelihood is exact; it is
 * not the mass that a joint Gaussian gives to the example's cell. A temperature multiplies σ.
 */
export function binnedGaussian(levels: number, edges?: Float32Array): Distribution {
  const inner = edges ?? Float32Array.from({ length: levels - 1 }, (_value, index) => (2 * (index + 1)) / levels - 1)
  if (inner.length !== levels - 1) throw new Error(`${levels} levels have ${levels - 1} edges between them, not ${inner.length}.`)
  const all = Float32Array.of(-FAR, ...inner, FAR)
  const logProb = (parameters: tf.Tensor, x: tf.Tensor): tf.Tensor => {
    const [mean, logScale] = tf.split(parameters, 2, -1) as [tf.Tensor, tf.Tensor]
    const location = tf.squeeze(mean, [-1])
    const inverse = tf.exp(tf.neg(tf.clipByValue(tf.squeeze(logScale, [-1]), LEAST_LOG_SCALE, MOST_LOG_SCALE)))
    const level = tf.cast(x, 'int32')
    const edgeAt = (index: tf.Tensor): tf.Tensor => tf.mul(tf.sub(tf.gather(tf.tensor1d(all), index), location), inverse)
    return logNormalMass(edgeAt(level), edgeAt(tf.add(level, tf.scalar(1, 'int32'))))
  }
  const logMassAt = (parameters: Float32Array, offset: number, level: number): number => {
    const scale = Math.exp(clippedLogScale(parameters[offset + 1]!))
    return logNormalMassAt((all[level]! - parameters[offset]!) / scale, (all[level + 1]! - parameters[offset]!) / scale)
  }
  /** Very many even bins: figures by quantiles, and the mean of the Gaussian itself. */
  const even = !edges && levels > TABLED
  const levelAt = (value: number): number => Math.min(levels - 1, Math.max(0, Math.floor(((value + 1) / 2) * levels)))
  const figuresAt = (parameters: Float32Array, offset: number) => {
    const scale = Math.exp(clippedLogScale(parameters[offset + 1]!))
    let [entropy, square] = [0, 0]
    for (let node = 0; node < NODES; node++) {
      const surprise = -logMassAt(parameters, offset, levelAt(parameters[offset]! + scale * normalQuantile((node + 0.5) / NODES)))
      entropy += surprise / NODES
      square += (surprise * surprise) / NODES
    }
    const mode = levelAt(parameters[offset]!)
    const mean = Math.min(levels - 1, Math.max(0, ((parameters[offset]! + 1) / 2) * levels - 0.5))
    return { entropy, variance: Math.max(0, square - entropy * entropy), mode, highest: Math.exp(logMassAt(parameters, offset, mode)), mean }
  }
  return {
    ...(even ? { figuresAt } : {}),
    name: 'binned Gaussian',
    kind: 'mass',
    levels,
    parametersPerDimension: 2,
    logProb,
    ...figuresOfMasses(logProb, levels),
    sampleAt(parameters, offset, u, temperature) {
      // The cell of the mean, but for what lies beyond the ends.
      if (temperature === 0 && even) return levelAt(parameters[offset]!)
      if (temperature === 0) return likeliestLevel((level) => logMassAt(parameters, offset, level), levels)
      const scale = Math.exp(clippedLogScale(parameters[offset + 1]!)) * temperature
      return levelByCdf((level) => (level === levels - 1 ? 1 : normalCdfAt((all[level + 1]! - parameters[offset]!) / scale)), u, levels)
    },
    logProbAt: logMassAt,
    /** Σ_{k < K−1} P(level > k) */
    meanAt(parameters, offset) {
      if (even) return Math.min(levels - 1, Math.max(0, ((parameters[offset]! + 1) / 2) * levels - 0.5))
      const scale = Math.exp(clippedLogScale(parameters[offset + 1]!))
      let mean = 0
      for (const edge of inner) {
        const z = (parameters[offset]! - edge) / scale
        if (z > 8) mean += 1
        else if (z > -8) mean += normalCdfAt(z)
      }
      return mean
    },
  }
}
