import type { Domain, SplitName } from '../contract/domain'
import { framesOf, isPerStep, nllUnit } from '../contract/domain'
import type { Likelihood } from '../contract/likelihood'

export interface ScoredExamples {
  /** −log p of each example, in nats. */
  nats: readonly number[]
  /** Dimensions (audio: samples) of each example. */
  dimensions: readonly number[]
  /** Set when the numbers are bounds: over how many draws of the noise each is the mean. */
  draws?: number | null
  /** Of a model with latents: the draws that each of these weighs, and the variance of the sum of `nats` by them. */
  latents?: { samples: number; variance: number } | null
  /** Binary data of few dimensions: entropy of the split's frequencies, and the sum of the model's probabilities over all states. */
  states?: { entropy: number; totalProbability: number } | null
  /** Of an ensemble: −log p of each example averaged over the members, and of each member averaged over the examples. */
  members?: { nats: readonly number[]; each: readonly number[] } | null
  /** When only some of the split's examples were scored. */
  subset?: { of: number; by: 'class' | 'chance'; seed: number } | null
}

/**
 * The mean NLL of a split with its standard error.
 * Per example: mean m = Σ l_i / n, standard error √(Σ (l_i − m)² / (n − 1) / n).
 * Per sample of audio: the ratio R = Σ l_i / Σ d_i over clips, standard error √(n / (n − 1) · Σ (l_i − R·d_i)²) / Σ d_i.
 * Per frame of video: m and its error divided by the frames of a clip, which all have as many.
 * Bits per dimension are Σ l_i / Σ d_i / ln 2 in both.
 */
export function likelihoodOf(
  { nats, dimensions, draws = null, latents = null, states = null, members = null, subset = null }: ScoredExamples,
  { domain, split, weights, dataVariant }: { domain: Domain; split: SplitName; weights: 'raw' | 'ema'; dataVariant: string },
): Likelihood {
  const unit = nllUnit(domain)
  const n = nats.length
  const per = { sample: isPerStep(unit), frames: framesOf(domain) }
  const { mean, bitsPerDim, standardError } = meanOf(nats, dimensions, per)
  return {
    nats: mean,
    unit,
    bitsPerDim,
    standardError,
    ...(unit === 'nats/frame' ? { perClip: mean * per.frames } : {}),
    examples: n,
    dimensions: sum(dimensions),
    split,
    exact: draws === null,
    ...(draws === null ? {} : { draws }),
    ...(latents === null
      ? {}
      : { latents: { samples: latents.samples, standardError: Math.sqrt(latents.variance) / (per.sample ? sum(dimensions) : n) / per.frames } }),
    ...(members === null ? {} : { members: members.each.length, overMembers: overMembers(members, dimensions, per) }),
    ...(subset === null ? {} : { subset: { of: subset.of, by: subset.by, seed: subset.seed } }),
    ...(states === null
      ? {}
      : { divergence: { nats: mean - states.entropy / per.frames, dataEntropy: states.entropy / per.frames, totalProbability: states.totalProbability } }),
    weights,
    dataVariant,
  }
}

/** Mean, standard error and bits per dimension of some examples, per example, per sample or per frame. */
export function meanOf(nats: readonly number[], dimensions: readonly number[], { sample: perSample, frames }: { sample: boolean; frames: number }) {
  const n = nats.length
  const totalNats = sum(nats)
  const totalDimensions = sum(dimensions)
  const mean = totalNats / (perSample ? totalDimensions : n)
  const squares = sum(nats.map((value, index) => (value - mean * (perSample ? (dimensions[index] ?? 0) : 1)) ** 2))
  const standardError = n < 2 ? 0 : Math.sqrt((squares * n) / (n - 1)) / (perSample ? totalDimensions : n)
  return { mean: mean / frames, standardError: standardError / frames, bitsPerDim: totalNats / totalDimensions / Math.LN2 }
}

function overMembers({ nats, each }: NonNullable<ScoredExamples['members']>, dimensions: readonly number[], per: Parameters<typeof meanOf>[2]): NonNullable<Likelihood['overMembers']> {
  const { mean, ...rest } = meanOf(nats, dimensions, per)
  return { nats: mean, ...rest, each: [...each] }
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
