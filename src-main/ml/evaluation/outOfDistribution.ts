/**
 * Scores of how unlike a model's training data an example is; the higher, the more unlike.
 *
 * raw          −log p(x). Misleading by itself: models of one data set give simpler images of another a higher likelihood
 *              (Nalisnick, Matsukawa, Teh, Gorur & Lakshminarayanan 2019, Do Deep Generative Models Know What They Don't Know?).
 * typicality   |−log p(x) − Ĥ|, Ĥ the mean of −log p over training data, an estimate of the model's entropy: the test of typicality for a single
 *              example (Nalisnick, Matsukawa, Teh & Lakshminarayanan 2019, Detecting Out-of-Distribution Inputs to Deep Generative Models Using Typicality).
 * complexity   −log₂ p(x) − L(x), L(x) the bits of a lossless compressor, here a PNG (Serrà, Álvarez, Gómez, Slizovskaia, Núñez & Luque 2020, Input
 *              Complexity and Out-of-Distribution Detection with Likelihood-based Generative Models).
 * surprise     (−log p(x) − Σ_i H_i) / √(Σ_i V_i), H_i and V_i mean and variance of −log p(X | x_<i) under the model itself: the terms are
 *              martingale differences, so it is about standard normal for what the model itself generates.
 */
export const typicality = (nats: number, entropy: number): number => Math.abs(nats - entropy)
export const complexityScore = (nats: number, compressedBits: number): number => nats / Math.LN2 - compressedBits
export const surprise = (nats: number, expected: number, variance: number): number => (variance > 0 ? (nats - expected) / Math.sqrt(variance) : 0)

export interface Auroc {
  /** P(score of an outlier > score of an inlier) + ½ P(equal): ½ when they cannot be told apart. */
  auroc: number
  /** DeLong, DeLong & Clarke-Pearson 1988: from the variances of each example's placement among the others. */
  standardError: number
  inliers: number
  outliers: number
}

/** The area under the ROC curve of telling `outliers` from `inliers` by the higher score. */
export function auroc(inliers: ArrayLike<number>, outliers: ArrayLike<number>): Auroc {
  const [ins, outs] = [Float64Array.from(inliers).sort(), Float64Array.from(outliers).sort()]
  // Share of the other side that lies below, ties counting half.
  const placements = (own: Float64Array, others: Float64Array): Float64Array => {
    let [less, upTo] = [0, 0]
    return own.map((value) => {
      while (less < others.length && others[less]! < value) less++
      while (upTo < others.length && others[upTo]! <= value) upTo++
      return (less + upTo) / 2 / others.length
    })
  }
  const ofOutliers = placements(outs, ins)
  const ofInliers = placements(ins, outs)
  return {
    auroc: mean(ofOutliers),
    standardError: Math.sqrt(variance(ofOutliers) / outs.length + variance(ofInliers) / ins.length),
    inliers: ins.length,
    outliers: outs.length,
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
function variance(values: Float64Array): number {
  if (values.length < 2) return 0
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}
