import type { Domain, SplitName } from '../contract/domain'
import { nllUnit } from '../contract/domain'
import type { Likelihood } from '../contract/likelihood'

export interface ScoredExamples {
  /** −log p of each example, in nats. */
  nats: readonly number[]
  /** Dimensions (audio: samples) of each example. */
  dimensions: readonly number[]
  /** Set when the numbers are bounds: over how many draws of the noise each is the mean. */
  draws?: number | null
  /** Binary data of few dimensions: entropy of the split's frequencies, and the sum of the model's probabilities over all states. */
  states?: { entropy: number; totalProbability: number } | null
  /** Members of the ensemble that was scored. */
  members?: number | undefined
}

/**
 * The mean NLL of a split with its standard error.
 * Per example: mean m = Σ l_i / n, standard error √(Σ (l_i − m)² / (n − 1) / n).
 * Per sample of audio: the ratio R = Σ l_i / Σ d_i over clips, standard error √(n / (n − 1) · Σ (l_i − R·d_i)²) / Σ d_i.
 * Bits per dimension are Σ l_i / Σ d_i / ln 2 in both.
 */
export function likelihoodOf(
  { nats, dimensions, draws = null, states = null, members }: ScoredExamples,
  { domain, split, weights, dataVariant }: { domain: Domain; split: SplitName; weights: 'raw' | 'ema'; dataVariant: string },
): Likelihood {
  const n = nats.length
  const totalNats = sum(nats)
  const totalDimensions = sum(dimensions)
  const unit = nllUnit(domain)
  const perSample = unit === 'nats/sample'
  const mean = totalNats / (perSample ? totalDimensions : n)
  const squares = sum(nats.map((value, index) => (value - mean * (perSample ? (dimensions[index] ?? 0) : 1)) ** 2))
  const standardError = n < 2 ? 0 : Math.sqrt((squares * n) / (n - 1)) / (perSample ? totalDimensions : n)
  return {
    nats: mean,
    unit,
    bitsPerDim: totalNats / totalDimensions / Math.LN2,
    standardError,
    examples: n,
    dimensions: totalDimensions,
    split,
    exact: draws === null,
    ...(draws === null ? {} : { draws }),
    ...(members === undefined ? {} : { members }),
    ...(states === null
      ? {}
      : { divergence: { nats: mean - states.entropy, dataEntropy: states.entropy, totalProbability: states.totalProbability } }),
    weights,
    dataVariant,
  }
}

/** Compensated (Neumaier): a million examples of a thousand nats keep every digit that is quoted. */
function sum(values: readonly number[]): number {
  let total = 0
  let compensation = 0
  for (const value of values) {
    const next = total + value
    compensation += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + compensation
}
