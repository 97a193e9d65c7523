import type { CptConfig } from '../../contract/inspect/cpt'
import { cpt as description, cptTables } from '../../contract/inspect/cpt'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { distributionFor } from '../distributions/distributionFor'
import type { Family } from './model'
import { parameterOf } from './parameterOf'
import { stepsOfLayout, tableConditionals, tableFitter, tableParameters, tableSampler } from './tables'

/**
 * The full conditional probability table of n binary variables: p(x_i = 1 | x_<i) is a number of its own for each of the 2^i prefixes, 2ⁿ − 1 in
 * all. Fitted by counting with a prior; its gradient works as any other's, and descending it reaches the frequencies.
 *
 * Weights: logits [2ⁿ − 1], the prefixes of the first generated dimension first; within one, the latest value is the least significant bit.
 */
export const cpt: Family<CptConfig> = {
  description,
  build(config, domain) {
    const layout = cptTables(config, domain)
    const ordering = configuredOrdering(config, domain)
    return {
      parameters: tableParameters(domain, layout.contexts),
      distribution: distributionFor(domain),
      ordering,
      conditionals: (parameters, x) => tableConditionals(parameterOf(parameters, 'logits'), x, layout, domain.levels),
      fitter: () => tableFitter(() => layout, domain.levels, config),
      sampler: (weights, batch) => tableSampler(weights.get('logits')!.data, batch, domain.levels, stepsOfLayout(layout, ordering, ranksOf(ordering))),
    }
  },
}
