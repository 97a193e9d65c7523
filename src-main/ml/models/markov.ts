import { isSeries } from '../../contract/domain'
import type { MarkovConfig } from '../../contract/inspect/markov'
import { checkMarkov, markov as description, markovSteps, markovTables } from '../../contract/inspect/markov'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { distributionFor } from '../distributions/distributionFor'
import type { Family } from './model'
import { parameterOf } from './parameterOf'
import { stepsOfLayout, tableConditionals, tableFitter, tableParameters, tableSampler } from './tables'
import type { LayoutFor } from './tables'

/**
 * The Markov chain of order k (an n-gram): p(x_i | x_<i) = p(x_i | x_{i−1} … x_{i−k}). The first k values have fewer before them and tables of their
 * own for that. Either each position has its table (an inhomogeneous chain; first order and binary: 2n − 1 parameters) or all share one.
 *
 * Weights: logits [contexts · P]; of shared tables those of the shorter contexts come first, of others one position's follows another's;
 * within one the latest value is the least significant digit.
 */
export const markov: Family<MarkovConfig> = {
  description,
  build(config, domain) {
    checkMarkov(config, domain)
    const { levels } = domain
    const distribution = distributionFor(domain)
    const conditionalsOf = (layoutFor: LayoutFor) => ({
      distribution,
      fitter: () => tableFitter(layoutFor, levels, config),
    })
    if (isSeries(domain)) {
      // Clips and windows differ in length, and each has a layout of its own over the same tables.
      let latest = markovSteps(config, domain, config.order + 1)
      const layoutFor: LayoutFor = (length) => {
        if (latest.parents.length !== length) latest = markovSteps(config, domain, length)
        return latest
      }
      const short = markovSteps(config, domain, config.order + 1)
      const back = Int32Array.from({ length: config.order }, (_value, index) => index + 1)
      return {
        ...conditionalsOf(layoutFor),
        parameters: tableParameters(domain, short.contexts),
        ordering: null,
        receptiveField: config.order,
        conditionals: (parameters, x) => tableConditionals(parameterOf(parameters, 'logits'), x, layoutFor(x.shape[1]!), levels),
        sampler: (weights, batch) =>
          tableSampler(weights.get('logits')!.data, batch, levels, (step) => {
            const order = Math.min(step, config.order)
            return { offset: short.offsets[order]!, back: back.subarray(0, order) }
          }),
      }
    }
    const layout = markovTables(config, domain)
    const ordering = configuredOrdering(config, domain)
    return {
      ...conditionalsOf(() => layout),
      parameters: tableParameters(domain, layout.contexts),
      ordering,
      conditionals: (parameters, x) => tableConditionals(parameterOf(parameters, 'logits'), x, layout, levels),
      sampler: (weights, batch) => tableSampler(weights.get('logits')!.data, batch, levels, stepsOfLayout(layout, ordering, ranksOf(ordering))),
    }
  },
}
