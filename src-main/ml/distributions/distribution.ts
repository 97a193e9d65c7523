import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * A conditional distribution given P parameters; all in log space, float32.
 * 'mass' (what it is when nothing is said): over levels 0…K−1. 'density': of real values in units of a level, where level k stands for
 * [k, k + 1), as dequantisation y = x + u, u ~ U[0, 1), makes them. So a density is per level, and E_u log p(x + u) bounds log P(x) from below.
 */
export interface Distribution {
  name: string
  kind?: 'mass' | 'density'
  /** K */
  levels: number
  /** P */
  parametersPerDimension: number
  /** parameters [..., P], x [...] levels -> log-probabilities in nats [...]. */
  logProb(parameters: Tensor, x: Tensor): Tensor
  /** [..., P] -> mean level (value, of a density) [...]. */
  mean(parameters: Tensor): Tensor
  /** [..., P] -> most probable level (value of highest density) [...]. */
  mode(parameters: Tensor): Tensor
  /** [..., P] -> entropy in nats (differential, per level, of a density) [...]. */
  entropy(parameters: Tensor): Tensor
  /**
   * JavaScript forms for one step of a sampler: P numbers at `offset`, u uniform in [0, 1); temperature 0 = mode.
   * Masses: the inverse CDF in level order, of mixtures for audio that of a component. Densities: real values; a mixture spends the first part of u on its component.
   */
  sampleAt(parameters: Float32Array, offset: number, u: number, temperature: number): number
  logProbAt(parameters: Float32Array, offset: number, value: number): number
  meanAt(parameters: Float32Array, offset: number): number
  /** value -> P(X ≤ value) under the P numbers at `offset`. Given by every density, and by masses of which it is the cheapest form. */
  cdfAt?(parameters: Float32Array, offset: number): (value: number) => number
  /** Given by mixtures of logistics whose draw the sampling kernels know: between what their log scales are kept. */
  logScales?: readonly [least: number, most: number]
  /** What a table of all masses would tell, where there are too many levels for one. Entropy in nats, and the variance of −log P. */
  figuresAt?(parameters: Float32Array, offset: number): { entropy: number; variance: number; mode: number; highest: number; mean: number }
}

/** The level nearest to what a distribution drew: real values lie in the cell of their level, and those beyond the ends belong to the last ones. */
export function levelOf(distribution: Pick<Distribution, 'kind' | 'levels'>, value: number): number {
  return distribution.kind === 'density' ? Math.min(distribution.levels - 1, Math.max(0, Math.floor(value))) : value
}

/** A mean as a level, for pictures: the cell of level k has its centre at k + 1/2. */
export function meanLevelOf(distribution: Pick<Distribution, 'kind' | 'levels'>, mean: number): number {
  return distribution.kind === 'density' ? Math.min(distribution.levels - 1, Math.max(0, mean - 0.5)) : mean
}
