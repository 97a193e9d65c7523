import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription } from './family'
import { count, describeDomain, parametersPerDimension, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { ranksOf } from './orderings'
import { countingFields, MOST_TABLE_NUMBERS, refusesTables, tableBlock, tableReceptiveField, tablesOf } from './tables'
import type { TableLayout } from './tables'

export const markovSchema = z.strictObject({
  order: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(1)
    .meta({ title: 'Order', description: 'k: how many of the latest values the next one depends on. The tables grow as Kᵏ.' }),
  tables: z
    .enum(['auto', 'each', 'shared'])
    .default('auto')
    .meta({
      title: 'Tables',
      description:
        'A table for each position, or one that all positions share. Auto: shared for audio and where tables of their own would be too large.',
    }),
  ...countingFields,
  backOff: countingFields.backOff.default(true),
  ...orderingFields,
})
export type MarkovConfig = z.infer<typeof markovSchema>

const isSequence = (domain: Domain): boolean => isSeries(domain)

/** Rows of the tables up to each order: the first positions have fewer values before them, so shorter contexts. */
const rowsBelow = (levels: number, order: number): number => {
  let rows = 0
  for (let shorter = 0; shorter < order; shorter++) rows += levels ** shorter
  return rows
}

/** Whether all positions share their tables. */
export function markovShared(config: MarkovConfig, domain: Domain): boolean {
  if (isSequence(domain)) return true
  if (config.tables !== 'auto') return config.tables === 'shared'
  return dimensionsOf(domain) * domain.levels ** config.order * parametersPerDimension(domain) > MOST_TABLE_NUMBERS / 2
}

/** The layout for `length` positions in the order of generation; position i looks back at i − 1, i − 2, …, i − k. */
export function markovSteps(config: MarkovConfig, domain: Domain, length: number): TableLayout {
  const parents = Array.from({ length }, (_value, step) => Int32Array.from({ length: Math.min(step, config.order) }, (_own, back) => step - 1 - back))
  if (!markovShared(config, domain)) return tablesOf(parents, domain.levels)
  const offsets = Int32Array.from(parents, (own) => rowsBelow(domain.levels, own.length))
  return { parents, offsets, contexts: rowsBelow(domain.levels, config.order + 1) }
}

/** The same by dimension (raster index) where an ordering is followed. */
export function markovTables(config: MarkovConfig, domain: Domain): TableLayout {
  const ordering = configuredOrdering(config, domain)
  const steps = markovSteps(config, domain, ordering.length)
  const parents: Int32Array[] = []
  const offsets = new Int32Array(ordering.length)
  ordering.forEach((dimension, step) => {
    parents[dimension] = steps.parents[step]!.map((parent) => ordering[parent]!)
    offsets[dimension] = steps.offsets[step]!
  })
  return { parents, offsets, contexts: steps.contexts }
}

function contextsOf(config: MarkovConfig, domain: Domain): number {
  return markovSteps(config, domain, isSequence(domain) ? config.order + 1 : dimensionsOf(domain)).contexts
}

/** Throws when the configuration's tables are too large for the domain. */
export function checkMarkov(config: MarkovConfig, domain: Domain): void {
  const refusal = refusesTables(`a Markov chain of order ${config.order}`, domain, contextsOf(config, domain), 'Choose a smaller order, or shared tables.')
  if (refusal) throw new Error(refusal)
}

/** The largest order whose shared tables fit, at most `wanted`. */
function fittingOrder(domain: Domain, wanted: number): number {
  let order = 1
  while (order < wanted && rowsBelow(domain.levels, order + 2) * parametersPerDimension(domain) <= MOST_TABLE_NUMBERS / 4) order++
  return order
}

/** The n-gram: only the last k values count. What that costs in nats is what every longer memory earns. */
export const markov: FamilyDescription<MarkovConfig> = {
  id: 'markov',
  title: 'Markov chain',
  description:
    'Each value depends on the last k alone (an n-gram of n = k + 1), fitted by counting. ' +
    'It shows what the Markov assumption costs, in nats.',
  reference: 'Markov (1913); Shannon (1948), A Mathematical Theory of Communication; back-off as in MacKay & Bauman Peto (1995)',
  equation: 'p(x_i = v | x_<i) = p(v | x_{i−1} … x_{i−k}) = (n(c, v) + αK q(v)) / (n(c) + αK),  q(v) = 1/K, or p(v | one value fewer)',
  cost: 'O(Dk) per example and per sample',
  domains: ['discrete sequences, audio, text', 'binary and grey images, raster by raster', 'tables'],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: markovSchema,
  refuses(domain) {
    if (domain.levels ** 2 * parametersPerDimension(domain) > MOST_TABLE_NUMBERS)
      return `A Markov chain would need a table over ${count(domain.levels)} levels for ${describeDomain(domain)}. Import the data with at most 256 levels.`
    return null
  },
  presets: (domain) => {
    const preset = (order: number) => ({
      title: `Order ${order}`,
      config: markovSchema.parse({ order: fittingOrder(domain, order) }),
      training: {},
      budget: { steps: 1 },
    })
    return { small: preset(1), standard: preset(4), paper: preset(1) }
  },
  inspect(config, domain, options = {}) {
    checkMarkov(config, domain)
    const contexts = contextsOf(config, domain)
    const block = tableBlock(domain, contexts)
    const order = Math.min(config.order, dimensionsOf(domain) - 1)
    const words = `the last ${order === 1 ? 'value' : `${order} values`} generated`
    const receptiveField = isSequence(domain)
      ? { text: words, size: order, ...(domain.sampleRate ? { milliseconds: (1000 * order) / domain.sampleRate } : {}) }
      : tableReceptiveField(domain, markovTables(config, domain).parents, words, ranksOf(configuredOrdering(config, domain)), options.pixel)
    return {
      parameters: block.parameters,
      multiplyAdds: block.multiplyAdds,
      receptiveField,
      blocks: [block],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        parameters: block.parameters,
        activationsPerExample: (2 + config.order + parametersPerDimension(domain)) * dimensionsOf(domain),
        batchSize: options.batchSize ?? 100,
      }),
    }
  },
}
