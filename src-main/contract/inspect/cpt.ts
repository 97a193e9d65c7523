import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { FamilyDescription } from './family'
import { count, describeDomain, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { ranksOf } from './orderings'
import { countingFields, tableBlock, tableReceptiveField, tablesOf } from './tables'
import type { TableLayout } from './tables'

export const cptSchema = z.strictObject({ ...countingFields, backOff: countingFields.backOff.default(false), ...orderingFields })
export type CptConfig = z.infer<typeof cptSchema>

const MOST_DIMENSIONS = 16

/** Every dimension has a table over all that come before it, the latest first. */
export function cptTables(config: Pick<CptConfig, 'ordering' | 'orderingSeed'>, domain: Domain): TableLayout {
  const ordering = configuredOrdering(config, domain)
  const parents: Int32Array[] = []
  ordering.forEach((dimension, step) => {
    parents[dimension] = ordering.slice(0, step).reverse()
  })
  return tablesOf(parents, domain.levels)
}

/** The general distribution: nothing is assumed, everything is counted. */
export const cpt: FamilyDescription<CptConfig> = {
  id: 'cpt',
  title: 'Full table',
  description:
    'One probability for every prefix: the general distribution of n binary variables, with 2ⁿ − 1 parameters. ' +
    'It assumes nothing and so learns nothing about prefixes that it has not seen.',
  reference: 'The conditional probability table, fitted by counting with a Dirichlet prior (Krichevsky & Trofimov 1981)',
  equation: 'p(x_i = k | x_<i) = (n(x_<i, k) + α) / (n(x_<i) + 2α)',
  cost: 'O(D) per example and per sample; 2^D − 1 numbers',
  domains: [`binary data of up to ${MOST_DIMENSIONS} dimensions`],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: cptSchema,
  refuses(domain) {
    const dimensions = dimensionsOf(domain)
    if (domain.kind !== 'audio' && !domain.variableLength && domain.levels === 2 && dimensions <= MOST_DIMENSIONS) return null
    const why = domain.levels === 2 && !domain.variableLength ? `it would need 2^${count(dimensions)} − 1 of them` : 'that is for binary vectors'
    return (
      `The full table has one parameter for every prefix, and ${why} for ${describeDomain(domain)}. ` +
      `Choose the Markov chain or a network of tables, or import at most ${MOST_DIMENSIONS} binary dimensions.`
    )
  },
  presets: () => {
    const config = cptSchema.parse({})
    const preset = { title: 'Counts', config, training: {}, budget: { steps: 1 } }
    return { small: preset, standard: { ...preset, title: 'Counts, backing off', config: { ...config, backOff: true } }, paper: preset }
  },
  inspect(config, domain, options = {}) {
    const { parents, contexts } = cptTables(config, domain)
    const block = tableBlock(domain, contexts)
    return {
      parameters: block.parameters,
      multiplyAdds: block.multiplyAdds,
      receptiveField: tableReceptiveField(domain, parents, 'all earlier dimensions', ranksOf(configuredOrdering(config, domain)), options.pixel),
      blocks: [block],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({ parameters: block.parameters, activationsPerExample: 2 * dimensionsOf(domain), batchSize: options.batchSize ?? 100 }),
    }
  },
}
