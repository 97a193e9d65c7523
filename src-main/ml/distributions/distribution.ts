import type { Tensor } from '@tensorflow/tfjs-core'

/** A conditional distribution over levels 0…K−1 given P parameters; all in log space, float32. */
export interface Distribution {
  name: string
  /** K */
  levels: number
  /** P */
  parametersPerDimension: number
  /** parameters [..., P], x [...] levels -> log-probabilities in nats [...]. */
  logProb(parameters: Tensor, x: Tensor): Tensor
  /** [..., P] -> mean level [...]. */
  mean(parameters: Tensor): Tensor
  /** [..., P] -> most probable level [...]. */
  mode(parameters: Tensor): Tensor
  /** [..., P] -> entropy in nats [...]. */
  entropy(parameters: Tensor): Tensor
  /**
   * JavaScript forms for one step of a sampler: P numbers at `offset`, u uniform in [0, 1); temperature 0 = mode.
   * Inverse CDF in level order.
   */
  sampleAt(parameters: Float32Array, offset: number, u: number, temperature: number): number
  logProbAt(parameters: Float32Array, offset: number, value: number): number
  meanAt(parameters: Float32Array, offset: number): number
}
