import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { DataStatistics } from './model'

/**
 * Distribution parameters at which every dimension has its marginal distribution in the data: [D × P], logit p(1) where binary,
 * else log p(k). Marginals of one distribution for all dimensions (audio, [K]) are repeated. null without statistics.
 */
export function marginalParameters(
  domain: Domain,
  statistics: DataStatistics | undefined,
  dimensions = dimensionsOf(domain),
): Float32Array | null {
  if (!statistics) return null
  const { marginals } = statistics
  const { levels } = domain
  const shared = marginals.length === levels
  if (!shared && marginals.length !== dimensions * levels) {
    throw new Error(
      `The data's statistics hold ${marginals.length} marginal probabilities; ` +
        `${dimensions} dimensions of ${levels} levels need ${dimensions * levels} (or ${levels} shared ones).`,
    )
  }
  const perDimension = levels === 2 ? 1 : levels
  const result = new Float32Array(dimensions * perDimension)
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const offset = shared ? 0 : dimension * levels
    if (levels === 2) result[dimension] = Math.log(marginals[offset + 1]! / marginals[offset]!)
    else for (let level = 0; level < levels; level++) result[dimension * levels + level] = Math.log(marginals[offset + level]!)
  }
  return result
}

/** Probability of each level for each channel group, averaged over positions [G × K]. */
export function groupMarginals(domain: Pick<Domain, 'levels'>, groups: number, statistics: DataStatistics): Float32Array {
  const { levels } = domain
  const total = statistics.marginals.length / levels
  const sums = new Float64Array(groups * levels)
  for (let dimension = 0; dimension < total; dimension++) {
    for (let group = 0; group < groups; group++) {
      if (total >= groups && dimension % groups !== group) continue
      for (let level = 0; level < levels; level++)
        sums[group * levels + level] = sums[group * levels + level]! + statistics.marginals[dimension * levels + level]!
    }
  }
  const totals = Array.from({ length: groups }, (_value, group) => sums.subarray(group * levels, (group + 1) * levels).reduce((a, b) => a + b, 0))
  return Float32Array.from(sums, (sum, index) => sum / totals[Math.floor(index / levels)]!)
}

/** Parameters of the marginal distribution averaged over positions, one for each channel group [G × P]. */
export function groupMarginalParameters(domain: Domain, groups: number, statistics: DataStatistics | undefined): Float32Array | undefined {
  if (!statistics) return undefined
  return marginalParameters(domain, { marginals: groupMarginals(domain, groups, statistics) }, groups) ?? undefined
}
