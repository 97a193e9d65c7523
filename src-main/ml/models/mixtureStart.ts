import type { Domain } from '../../contract/domain'
import { conditionalStart } from './conditionalStart'
import { groupMarginals } from './marginalBias'
import type { DataStatistics } from './model'

/** The distribution of a channel over all positions stands for each of its pixels: start of a mixture of logistics, [C × 3M]. */
export function groupMixtureStart(components: number, domain: Domain, groups: number, statistics: DataStatistics | undefined): Float32Array {
  const marginals = statistics && groupMarginals(domain, groups, statistics)
  return conditionalStart('logistics', components, { ...domain, shape: [1, 1, groups] }, marginals && { marginals })!
}

/** Beyond it tanh is too flat to be learned from. */
const STRONGEST_COUPLING = 0.95
/** Of the logistic whose standard deviation is σ: log s = log σ + this. */
const LOGISTIC_SCALE = Math.log(Math.sqrt(3) / Math.PI)

/**
 * Output biases [10M] at which the pixels of an RGB image (see ml/distributions/rgbLogisticMixture) are near their marginal distribution: the
 * components at the quantiles of red, green and blue by their linear regression on the colours before them, from `examples` (rows of
 * levels); without examples no coupling, and each colour at its own quantiles.
 */
export function rgbMixtureStart(components: number, domain: Domain, statistics: DataStatistics | undefined): Float32Array {
  const M = components
  const own = groupMixtureStart(M, domain, 3, statistics) // [3 × 3M]: logits, means, log scales of each colour
  const start = new Float32Array(10 * M)
  for (let colour = 0; colour < 3; colour++) {
    start.set(own.subarray(colour * 3 * M + M, colour * 3 * M + 2 * M), (1 + colour) * M)
    start.set(own.subarray(colour * 3 * M + 2 * M, (colour + 1) * 3 * M), (4 + colour) * M)
  }
  if (!statistics?.examples) return start
  const { mean, covariance } = colourMoments(statistics.examples, domain.levels)
  const bounded = (slope: number): number => Math.min(STRONGEST_COUPLING, Math.max(-STRONGEST_COUPLING, slope))
  const [rr, rg, rb, gg, gb, bb] = covariance
  const alpha = bounded(rg / rr)
  const determinant = rr * gg - rg * rg
  const singular = determinant < 1e-9
  const beta = bounded(singular ? rb / rr : (rb * gg - gb * rg) / determinant)
  const gamma = singular ? 0 : bounded((gb * rr - rb * rg) / determinant)
  const greenRest = gg - 2 * alpha * rg + alpha * alpha * rr
  const blueRest = bb + beta * beta * rr + gamma * gamma * gg - 2 * beta * rb - 2 * gamma * gb + 2 * beta * gamma * rg
  const least = (1 / domain.levels) ** 2
  const logScale = (variance: number): number => 0.5 * Math.log(Math.max(least, variance)) + LOGISTIC_SCALE
  start.fill(mean[1] - alpha * mean[0], 2 * M, 3 * M)
  start.fill(mean[2] - beta * mean[0] - gamma * mean[1], 3 * M, 4 * M)
  start.fill(logScale(greenRest), 5 * M, 6 * M)
  start.fill(logScale(blueRest), 6 * M, 7 * M)
  ;[alpha, beta, gamma].forEach((slope, index) => start.fill(Math.atanh(slope), (7 + index) * M, (8 + index) * M))
  return start
}

type SixNumbers = [number, number, number, number, number, number]

/** Means of the colours in −1…1 and their covariances rr, rg, rb, gg, gb, bb, the variances with a bin's width added. */
function colourMoments(examples: Float32Array, levels: number): { mean: [number, number, number]; covariance: SixNumbers } {
  const pixels = examples.length / 3
  const mean: [number, number, number] = [0, 0, 0]
  const products: SixNumbers = [0, 0, 0, 0, 0, 0]
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [r, g, b] = [0, 1, 2].map((colour) => (2 * examples[3 * pixel + colour]!) / (levels - 1) - 1) as [number, number, number]
    ;[r, g, b].forEach((value, colour) => (mean[colour] = mean[colour]! + value / pixels))
    ;[r * r, r * g, r * b, g * g, g * b, b * b].forEach((value, at) => (products[at] = products[at]! + value / pixels))
  }
  const [r, g, b] = mean
  const bin = (2 / (levels - 1)) ** 2 / 12
  const covariance = [r * r, r * g, r * b, g * g, g * b, b * b].map((square, at) => products[at]! - square + (at === 0 || at === 3 || at === 5 ? bin : 0))
  return { mean, covariance: covariance as SixNumbers }
}
