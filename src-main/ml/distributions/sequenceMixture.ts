import { logSoftmax } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { discretizedLogisticMixture } from './discretizedLogisticMixture'
import type { Distribution } from './distribution'
import { likeliestLevel } from './levelTable'
import { clippedLogScale, clipLogScale, leastLogScale, logisticLogMassAt, middleAt, MOST_LOG_SCALE } from './logisticMass'
import { logSumExpAt } from './logSumExp'

/** Beyond so many levels, figures are found without looking at each of them. */
const TABLED = 1024
/** Quantiles of each component at which an entropy is summed. */
const NODES = 32

const logisticNode = (node: number): number => {
  const share = (node + 0.5) / NODES
  return Math.log(share / (1 - share))
}

/**
 * The discretised mixture of logistics as audio has it (van den Oord et al. 2018, Parallel WaveNet, section 3; Salimans et al. 2017): the masses of
 * `discretizedLogisticMixture`, any number of levels, drawn as the paper draws them: one part of u chooses the component, the rest of it is put into
 * that component's inverse distribution function, μ + s · log(u / (1 − u)), and the result rounded to its level. 3M parameters: logits, means in
 * −1…1, log scales. A temperature divides the logits and multiplies the scales; at 0 the level of most mass is taken. Of more than 1,024 levels
 * that is sought at the components' means and at both ends, the mean is that of the continuous mixture cut off at the ends, and the entropy is summed
 * over 32 quantiles of each component.
 */
export function sequenceMixture(levels: number, components: number): Distribution {
  const M = components
  const exact = discretizedLogisticMixture(levels, components)
  const unit = (levels - 1) / 2
  const fine = levels > TABLED
  const nearest = (value: number): number => Math.min(levels - 1, Math.max(0, Math.floor(value + 0.5)))
  const logProbAt = (parameters: Float32Array, offset: number, value: number): number => {
    const terms = new Float64Array(M)
    for (let m = 0; m < M; m++)
      terms[m] = parameters[offset + m]! + logisticLogMassAt(value, parameters[offset + M + m]!, parameters[offset + 2 * M + m]!, levels)
    return logSumExpAt(terms, 0, M) - logSumExpAt(parameters, offset, M)
  }
  const modeAt = (parameters: Float32Array, offset: number): number => {
    if (!fine) return likeliestLevel((level) => logProbAt(parameters, offset, level), levels)
    let [best, most] = [0, -Infinity]
    for (let m = -2; m < M; m++) {
      const level = m < 0 ? (m + 2) * (levels - 1) : nearest(middleAt(parameters[offset + M + m]!, levels))
      const logMass = logProbAt(parameters, offset, level)
      if (logMass > most) [best, most] = [level, logMass]
    }
    return best
  }
  return {
    ...exact,
    name: 'sequence mixture of logistics',
    logScales: [leastLogScale(levels), MOST_LOG_SCALE],
    logProbAt,
    sampleAt(parameters, offset, u, temperature) {
      if (temperature === 0) return modeAt(parameters, offset)
      let highest = -Infinity
      for (let m = 0; m < M; m++) highest = Math.max(highest, parameters[offset + m]!)
      let total = 0
      for (let m = 0; m < M; m++) total += Math.exp((parameters[offset + m]! - highest) / temperature)
      let [rest, chosen, weight] = [u * total, M - 1, 0]
      for (let m = 0; m < M; m++) {
        weight = Math.exp((parameters[offset + m]! - highest) / temperature)
        if (rest < weight) {
          chosen = m
          break
        }
        if (m < M - 1) rest -= weight
      }
      const share = rest / weight
      const scale = Math.exp(clippedLogScale(parameters[offset + 2 * M + chosen]!, levels)) * unit * temperature
      return nearest(middleAt(parameters[offset + M + chosen]!, levels) + scale * (Math.log(share) - Math.log1p(-share)))
    },
    ...(fine ? { ...fineFigures(exact, levels, components), figuresAt: figuresAt(logProbAt, modeAt, exact, levels, components) } : {}),
  }
}

/** Mean, mode and entropy as tensors, without a table of all levels. */
function fineFigures({ logProb }: Distribution, levels: number, components: number): Pick<Distribution, 'mean' | 'mode' | 'entropy'> {
  const M = components
  const unit = (levels - 1) / 2
  const parts = (parameters: tf.Tensor): { weights: tf.Tensor; middle: tf.Tensor; scale: tf.Tensor } => {
    const [logits, mean, logScale] = tf.split(parameters, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor]
    return { weights: tf.exp(logSoftmax(logits)), middle: tf.mul(tf.add(mean, 1), unit), scale: tf.mul(tf.exp(clipLogScale(logScale, levels)), unit) }
  }
  const levelOf = (value: tf.Tensor): tf.Tensor => tf.clipByValue(tf.floor(tf.add(value, 0.5)), 0, levels - 1)
  return {
    mean: (parameters) =>
      tf.tidy(() => {
        const { weights, middle, scale } = parts(parameters)
        // ∫₀^{K−1} P(X > t) dt of each component.
        const own = tf.mul(scale, tf.sub(tf.softplus(tf.div(middle, scale)), tf.softplus(tf.div(tf.sub(middle, levels - 1), scale))))
        return tf.sum(tf.mul(weights, own), -1)
      }),
    mode: (parameters) =>
      tf.tidy(() => {
        const { middle } = parts(parameters)
        const ends = tf.mul(tf.zerosLike(tf.slice(middle, zeros(middle.rank), [...middle.shape.slice(0, -1), 1])), 0)
        const candidates = tf.concat([ends, tf.add(ends, levels - 1), levelOf(middle)], -1) // [..., M + 2]
        const masses = logProb(tf.expandDims(parameters, -2), candidates)
        const best = tf.oneHot(tf.argMax(masses, -1) as tf.Tensor1D, M + 2)
        return tf.sum(tf.mul(tf.cast(best, 'float32'), candidates), -1)
      }),
    entropy: (parameters) =>
      tf.tidy(() => {
        const { weights, middle, scale } = parts(parameters)
        const expanded = tf.expandDims(parameters, -2) // [..., 1, 3M]
        let sum: tf.Tensor = tf.zerosLike(weights)
        for (let node = 0; node < NODES; node++) sum = tf.sub(sum, logProb(expanded, levelOf(tf.add(middle, tf.mul(scale, logisticNode(node))))))
        return tf.sum(tf.mul(weights, tf.div(sum, NODES)), -1)
      }),
  }
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

/** The same in numbers, and the variance of −log p with them. */
function figuresAt(
  logProbAt: Distribution['logProbAt'],
  modeAt: (parameters: Float32Array, offset: number) => number,
  { meanAt }: Distribution,
  levels: number,
  components: number,
): NonNullable<Distribution['figuresAt']> {
  const M = components
  const unit = (levels - 1) / 2
  return (parameters, offset) => {
    const normaliser = logSumExpAt(parameters, offset, M)
    let [entropy, square] = [0, 0]
    for (let m = 0; m < M; m++) {
      const weight = Math.exp(parameters[offset + m]! - normaliser) / NODES
      const middle = middleAt(parameters[offset + M + m]!, levels)
      const scale = Math.exp(clippedLogScale(parameters[offset + 2 * M + m]!, levels)) * unit
      for (let node = 0; node < NODES; node++) {
        const level = Math.min(levels - 1, Math.max(0, Math.floor(middle + scale * logisticNode(node) + 0.5)))
        const surprise = -logProbAt(parameters, offset, level)
        entropy += weight * surprise
        square += weight * surprise * surprise
      }
    }
    const mode = modeAt(parameters, offset)
    return { entropy, variance: Math.max(0, square - entropy * entropy), mode, highest: Math.exp(logProbAt(parameters, offset, mode)), mean: meanAt(parameters, offset) }
  }
}
