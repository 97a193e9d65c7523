import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { ConditionalKind } from '../../contract/inspect/conditionalKinds'
import { normalQuantile } from '../tensor/random'
import { marginalParameters } from './marginalBias'
import type { DataStatistics } from './model'

/**
 * Output biases at which every conditional is near the marginal of its dimension, [D × P]: a softmax at its probabilities, a mixture with its components
 * at the quantiles of a Gaussian of the same mean and variance. Without statistics the whole range −1…1 stands in; a softmax then starts at zeros (null).
 */
export function conditionalStart(kind: ConditionalKind, components: number, domain: Domain, statistics: DataStatistics | undefined): Float32Array | null {
  if (kind === 'softmax') return marginalParameters(domain, statistics)
  const dimensions = dimensionsOf(domain)
  const start = new Float32Array(dimensions * 3 * components)
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const { mean, deviation } = statistics ? momentsOf(statistics, dimension, domain.levels) : { mean: 0, deviation: 0.5 }
    for (let component = 0; component < components; component++) {
      const at = dimension * 3 * components + component
      start[at + components] = mean + deviation * normalQuantile((component + 0.5) / components)
      // Wide enough that the components together fill the marginal.
      start[at + 2 * components] = Math.log(deviation) - 0.5 * Math.log(components) - (kind === 'gaussians' ? 0 : 0.4)
    }
  }
  return start
}

/** Mean and standard deviation of a dimension as values in −1…1, its width as a bin included. */
function momentsOf({ marginals }: DataStatistics, dimension: number, levels: number): { mean: number; deviation: number } {
  const offset = marginals.length === levels ? 0 : dimension * levels
  let [first, second] = [0, 0]
  for (let level = 0; level < levels; level++) {
    const z = (2 * (level + 0.5)) / levels - 1
    first += marginals[offset + level]! * z
    second += marginals[offset + level]! * z * z
  }
  return { mean: first, deviation: Math.sqrt(Math.max(0, second - first * first) + (2 / levels) ** 2 / 12) }
}
