import type { Distribution } from '../distributions/distribution'

/** What one conditional p(x_i | x_<i) says of the level that was there. Nats throughout. */
export interface ConditionalFigures {
  /** log p(x_i | x_<i) */
  logProb: number
  /** H = −Σ_k p_k log p_k: what −log p is on average, were the model right. */
  entropy: number
  /** Σ_k p_k (log p_k)² − H²: the variance of −log p, were the model right. */
  variance: number
  /** P(X < x_i), where the probability integral transform begins. */
  below: number
  /** The largest mass, and whose it is. */
  highest: number
  mode: number
}

/**
 * The masses of all K levels under the P parameters at `offset`, written into `out` [K]. Those of a density are the masses of the levels' cells
 * [k, k + 1), the outer ones reaching to ±∞.
 */
export function massesAt(distribution: Distribution, parameters: Float32Array, offset: number, out: Float64Array): void {
  const { levels } = distribution
  if (distribution.name === 'bernoulli') {
    const logit = parameters[offset]!
    out[0] = 1 / (1 + Math.exp(logit))
    out[1] = 1 / (1 + Math.exp(-logit))
  } else if (distribution.name === 'categorical') {
    softmaxAt(parameters, offset, levels, out)
  } else if (distribution.cdfAt) {
    // A density counts level k from k to k + 1; the distribution function of masses is that of whole levels.
    const shift = isDensity(distribution) ? 1 : 0
    const cdf = distribution.cdfAt(parameters, offset)
    let before = 0
    for (let level = 0; level < levels; level++) {
      const upTo = level === levels - 1 ? 1 : cdf(level + shift)
      out[level] = Math.max(0, upTo - before)
      before = upTo
    }
  } else {
    for (let level = 0; level < levels; level++) out[level] = Math.exp(distribution.logProbAt(parameters, offset, level))
  }
}

function softmaxAt(logits: Float32Array, offset: number, levels: number, out: Float64Array): void {
  let highest = -Infinity
  for (let level = 0; level < levels; level++) highest = Math.max(highest, logits[offset + level]!)
  let total = 0
  for (let level = 0; level < levels; level++) total += out[level] = Math.exp(logits[offset + level]! - highest)
  for (let level = 0; level < levels; level++) out[level]! /= total
}

/** The figures of one conditional from its masses [K] and the level x_i; log p exactly where a mass has underflowed. */
export function figuresOfMasses(masses: Float64Array, level: number, exactLogProb: () => number): ConditionalFigures {
  let [entropy, square, below, highest, mode] = [0, 0, 0, -1, 0]
  for (let k = 0; k < masses.length; k++) {
    const mass = masses[k]!
    if (k < level) below += mass
    if (mass > highest) [highest, mode] = [mass, k]
    if (mass <= 0) continue
    const surprise = -Math.log(mass)
    entropy += mass * surprise
    square += mass * surprise * surprise
  }
  const own = masses[level]!
  return {
    // Differences of a distribution function and tiny exponentials lose their digits; the logarithm has its own formula.
    logProb: own > 1e-3 ? Math.log(own) : exactLogProb(),
    entropy,
    variance: Math.max(0, square - entropy * entropy),
    below: Math.min(1, below),
    highest,
    mode,
  }
}

/** Whether the studio quotes −log p of levels exactly under this distribution, or only the density of dequantised values. */
export const isDensity = (distribution: Pick<Distribution, 'kind'>): boolean => distribution.kind === 'density'

/** log P of a level: of a mass itself, of a density the mass of its cell. `masses` are those of all levels. */
export function logMassOf(distribution: Distribution, parameters: Float32Array, offset: number, level: number, masses: Float64Array): number {
  const mass = masses[level]!
  if (isDensity(distribution)) return Math.log(Math.max(mass, Number.MIN_VALUE))
  return mass > 1e-3 ? Math.log(mass) : distribution.logProbAt(parameters, offset, level)
}

