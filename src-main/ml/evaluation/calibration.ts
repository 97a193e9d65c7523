/** Bins of equal width over 0…1. */
export const PIT_BINS = 20
export const RELIABILITY_BINS = 15

/**
 * Probability integral transforms u_i = F(x_i − 1 | x_<i) + v·p(x_i | x_<i), v ~ U[0, 1), by bins: uniform when the conditionals are right. They are
 * independent as well (Rosenblatt 1952), so a bin's share has standard error √(s(1 − s)/n), s = 1/bins. Randomised for discrete levels as in
 * Czado, Gneiting & Held 2009, Predictive Model Assessment for Count Data.
 */
export interface PitHistogram {
  counts: number[]
  total: number
}

export const emptyPit = (bins = PIT_BINS): PitHistogram => ({ counts: new Array<number>(bins).fill(0), total: 0 })

export function addPit(pit: PitHistogram, value: number): void {
  const bin = Math.min(pit.counts.length - 1, Math.max(0, Math.floor(value * pit.counts.length)))
  pit.counts[bin]!++
  pit.total++
}

/** Pearson's χ² of the histogram against the uniform one, Σ (c − n/B)² / (n/B), with B − 1 degrees of freedom. */
export function chiSquareOfPit({ counts, total }: PitHistogram): { chiSquare: number; degrees: number } {
  const expected = total / counts.length
  return { chiSquare: total === 0 ? 0 : counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0), degrees: counts.length - 1 }
}

/** What was said and what came, by bins of the probability that was given. */
export interface ReliabilityBin {
  count: number
  /** Sum of the probabilities given. */
  predicted: number
  /** How often it came true. */
  observed: number
}

export const emptyReliability = (bins = RELIABILITY_BINS): ReliabilityBin[] =>
  Array.from({ length: bins }, () => ({ count: 0, predicted: 0, observed: 0 }))

export function addReliability(bins: ReliabilityBin[], probability: number, came: boolean): void {
  const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor(probability * bins.length)))]!
  bin.count++
  bin.predicted += probability
  bin.observed += came ? 1 : 0
}

/** ECE = Σ_b n_b/n |mean probability given in b − share that came true in b| (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017). */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return 0
  return bins.reduce((sum, { predicted, observed }) => sum + Math.abs(predicted - observed), 0) / total
}
