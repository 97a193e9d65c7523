import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription } from './family'
import { describeDomain, parametersPerDimension, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { ranksOf } from './orderings'
import { countingFields, MOST_TABLE_NUMBERS, refusesTables, tableBlock, tableReceptiveField, tablesOf } from './tables'
import type { TableLayout } from './tables'

export const tableNetworkSchema = z.strictObject({
  nearest: z
    .number()
    .int()
    .min(0)
    .max(16)
    .default(3)
    .meta({
      title: 'Nearest parents',
      description:
        'How many earlier dimensions each one depends on: in images the nearest pixels (earlier colours of the same pixel first), elsewhere the latest.',
    }),
  parents: z
    .array(z.array(z.number().int().min(0)).max(16))
    .default([])
    .meta({
      title: 'Parents',
      description: 'Parents chosen by hand: for each dimension in raster order a list of dimensions generated before it. Replaces the nearest ones.',
    }),
  ...countingFields,
  backOff: countingFields.backOff.default(true),
  ...orderingFields,
})
export type TableNetworkConfig = z.infer<typeof tableNetworkSchema>

/** Parents of each dimension, most telling first. Throws when chosen ones do not fit the domain and the ordering. */
export function networkTables(config: TableNetworkConfig, domain: Domain): TableLayout {
  const ordering = configuredOrdering(config, domain)
  const ranks = ranksOf(ordering)
  const parents = config.parents.length > 0 ? chosenParents(config.parents, ranks) : nearestParents(config.nearest, domain, ordering, ranks)
  const layout = tablesOf(parents, domain.levels)
  const refusal = refusesTables('this network', domain, layout.contexts, 'Choose fewer parents.')
  if (refusal) throw new Error(refusal)
  return layout
}

function chosenParents(lists: readonly number[][], ranks: Int32Array): Int32Array[] {
  if (lists.length !== ranks.length)
    throw new Error(`The data has ${ranks.length} dimensions, but 'parents' lists those of ${lists.length}. Give one list for each, [] for none.`)
  return lists.map((list, dimension) => {
    list.forEach((parent, index) => {
      const place = `parents.${dimension}`
      if (parent >= ranks.length) throw new Error(`${place}: there is no dimension ${parent}; the last is ${ranks.length - 1}.`)
      if (ranks[parent]! >= ranks[dimension]!)
        throw new Error(`${place}: dimension ${parent} is not generated before dimension ${dimension}. Choose earlier parents or another ordering.`)
      if (list.indexOf(parent) !== index) throw new Error(`${place}: dimension ${parent} is listed twice.`)
    })
    return Int32Array.from(list)
  })
}

function nearestParents(most: number, domain: Domain, ordering: Int32Array, ranks: Int32Array): Int32Array[] {
  const [, width = 1, channels = 1] = domain.kind === 'image' ? domain.shape : []
  // Pixels further than this in rows or columns are never among the nearest, save at the borders, where all of few are looked at.
  const reach = most + 2
  return Array.from(ranks, (rank, dimension) => {
    if (domain.kind !== 'image') return ordering.slice(Math.max(0, rank - most), rank).reverse()
    const [row, column, channel] = [Math.floor(dimension / channels / width), Math.floor(dimension / channels) % width, dimension % channels]
    const candidates: { other: number; distance: number }[] = []
    const height = ranks.length / channels / width
    for (let otherRow = Math.max(0, row - reach); otherRow <= Math.min(height - 1, row + reach); otherRow++) {
      for (let otherColumn = Math.max(0, column - reach); otherColumn <= Math.min(width - 1, column + reach); otherColumn++) {
        for (let otherChannel = 0; otherChannel < channels; otherChannel++) {
          const other = (otherRow * width + otherColumn) * channels + otherChannel
          if (ranks[other]! >= rank) continue
          // The same colour is nearer than another one of the same pixel's distance.
          const distance = (otherRow - row) ** 2 + (otherColumn - column) ** 2 + (otherChannel === channel ? 0 : 0.5)
          candidates.push({ other, distance })
        }
      }
    }
    candidates.sort((a, b) => a.distance - b.distance || ranks[b.other]! - ranks[a.other]!)
    return Int32Array.from(candidates.slice(0, most), ({ other }) => other)
  })
}

/** Parents that fit into the largest tables. */
function fittingParents(domain: Domain, wanted: number): number {
  let parents = 0
  while (parents < wanted && dimensionsOf(domain) * domain.levels ** (parents + 1) * parametersPerDimension(domain) <= MOST_TABLE_NUMBERS / 2) parents++
  return parents
}

/** Between the chain and the full table: each dimension has a table over a few parents of its own. */
export const tableNetwork: FamilyDescription<TableNetworkConfig> = {
  id: 'table-network',
  title: 'Network of tables',
  description:
    'A Bayesian network: each dimension has a table over a few chosen earlier ones, its parents. ' +
    'Between the Markov chain, whose parents are the latest values, and the full table, where all earlier ones are.',
  reference: 'Pearl (1988), Probabilistic Reasoning in Intelligent Systems; fitted by counting with a Dirichlet prior',
  equation: 'p(x_i = v | x_<i) = p(v | parents of i) = (n_i(c, v) + αK q(v)) / (n_i(c) + αK)',
  cost: 'O(D · parents) per example and per sample',
  domains: ['binary and grey images of few levels', 'tables'],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: tableNetworkSchema,
  refuses(domain) {
    if (isSeries(domain))
      return `A network of tables needs examples of one shape, but this is ${describeDomain(domain)}. Choose the Markov chain.`
    if (fittingParents(domain, 1) < 1)
      return `A network of tables for ${describeDomain(domain)} would be too large even with one parent each. Import the data with fewer levels (8, say).`
    return null
  },
  presets: (domain) => {
    const preset = (nearest: number) => ({
      title: `${fittingParents(domain, nearest)} parents`,
      config: tableNetworkSchema.parse({ nearest: fittingParents(domain, nearest) }),
      training: {},
      budget: { steps: 1 },
    })
    return { small: preset(3), standard: preset(8), paper: preset(2) }
  },
  inspect(config, domain, options = {}) {
    const { parents, contexts } = networkTables(config, domain)
    const block = tableBlock(domain, contexts)
    const most = parents.reduce((longest, own) => Math.max(longest, own.length), 0)
    const words = config.parents.length > 0 ? `its chosen parents, at most ${most}` : `the ${most} nearest earlier dimensions`
    return {
      parameters: block.parameters,
      multiplyAdds: block.multiplyAdds,
      receptiveField: tableReceptiveField(domain, parents, words, ranksOf(configuredOrdering(config, domain)), options.pixel),
      blocks: [block],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        parameters: block.parameters,
        activationsPerExample: (2 + most + parametersPerDimension(domain)) * dimensionsOf(domain),
        batchSize: options.batchSize ?? 100,
      }),
    }
  },
}
