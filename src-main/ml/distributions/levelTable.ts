import { tf } from '../tensor/tf'

type LogProb = (parameters: tf.Tensor, x: tf.Tensor) => tf.Tensor

/** Levels looked at together: few operations, and no array of all of them for every component of a mixture. */
const TOGETHER = 16

/** log P(level) of all K levels, [..., P] -> [..., K], for figures that have no closed form; `logProb` broadcasts. */
function allLogMasses(logProb: LogProb, parameters: tf.Tensor, levels: number): tf.Tensor {
  const expanded = tf.expandDims(parameters, -2) // [..., 1, P]
  const parts: tf.Tensor[] = []
  for (let from = 0; from < levels; from += TOGETHER) {
    const size = Math.min(TOGETHER, levels - from)
    const x = tf.mul(tf.ones([...parameters.shape.slice(0, -1), 1]), tf.range(from, from + size, 1, 'float32')) // [..., k]
    parts.push(logProb(expanded, x))
  }
  return parts.length === 1 ? parts[0]! : tf.concat(parts, -1)
}

/** Mean, mode and entropy of a distribution from the masses of all its levels. */
export function figuresOfMasses(
  logProb: LogProb,
  levels: number,
): Record<'mean' | 'mode' | 'entropy', (parameters: tf.Tensor) => tf.Tensor> {
  const table = (parameters: tf.Tensor): tf.Tensor => allLogMasses(logProb, parameters, levels)
  return {
    mean: (parameters) => tf.tidy(() => tf.sum(tf.mul(tf.exp(table(parameters)), tf.range(0, levels, 1, 'float32')), -1)),
    mode: (parameters) => tf.tidy(() => tf.cast(tf.argMax(table(parameters), -1), 'float32')),
    entropy: (parameters) =>
      tf.tidy(() => {
        const logMass = table(parameters)
        return tf.neg(tf.sum(tf.mul(tf.exp(logMass), logMass), -1))
      }),
  }
}

/** The smallest level whose distribution function exceeds u; the function rises to 1 at the last level. */
export function levelByCdf(cdf: (level: number) => number, u: number, levels: number): number {
  let [low, high] = [0, levels - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cdf(middle) > u) high = middle
    else low = middle + 1
  }
  return low
}

/** The level of most mass. */
export function likeliestLevel(logMass: (level: number) => number, levels: number): number {
  let best = 0
  let most = -Infinity
  for (let level = 0; level < levels; level++) {
    const mass = logMass(level)
    if (mass > most) [best, most] = [level, mass]
  }
  return best
}
