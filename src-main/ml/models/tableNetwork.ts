import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import type { TableNetworkConfig } from '../../contract/inspect/tableNetwork'
import { networkTables, tableNetwork as description } from '../../contract/inspect/tableNetwork'
import { distributionFor } from '../distributions/distributionFor'
import type { Family } from './model'
import { parameterOf } from './parameterOf'
import { stepsOfLayout, tableConditionals, tableFitter, tableParameters, tableSampler } from './tables'

/**
 * A Bayesian network of tables (Pearl 1988): p(x) = ∏ p(x_i | x_parents(i)), every parent generated before its child, a table for each dimension
 * over the levels of its parents. Fitted by counting with a prior.
 *
 * Weights: logits [Σ_i K^parents(i) · P], the tables one dimension after another; within one the first parent is the least significant digit.
 */
export const tableNetwork: Family<TableNetworkConfig> = {
  description,
  build(config, domain) {
    const layout = networkTables(config, domain)
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
