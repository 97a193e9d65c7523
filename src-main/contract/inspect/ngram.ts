import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription } from './family'
import { count, describeDomain, parametersPerDimension, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { ranksOf } from './orderings'
import { tableReceptiveField } from './tables'

/** Numbers of nodes are float32, which holds whole numbers up to 2²⁴ exactly. */
const MOST_KEPT = 8_000_000
const MOST_LEVELS = 1024

export const ngramSchema = z.strictObject({
  n: z.number().int().min(1).max(16).default(3).meta({ title: 'n', description: 'Each value depends on the n − 1 before it. Only what occurs in the data is stored, so n may be large.' }),
  smoothing: z
    .enum(['kneser-ney', 'absolute', 'additive'])
    .default('absolute')
    .meta({
      title: 'Smoothing',
      description:
        'How counts lean on shorter contexts. Absolute: a discount is taken off each count and spread as the shorter context predicts. Kneser–Ney: the ' +
        'same, but shorter contexts count in how many longer ones a value occurs. Additive: pseudo-counts spread as the shorter context predicts.',
    }),
  discount: z
    .number()
    .min(0.01)
    .max(0.99)
    .nullable()
    .default(null)
    .meta({ title: 'Discount', description: 'Taken off each count. Empty: n₁/(n₁ + 2n₂) of each order, n₁ and n₂ the values seen once and twice in a context.' }),
  prior: z.number().min(0.001).max(1000).default(0.5).meta({ title: 'Prior count', description: 'Pseudo-count of each level in every context; additive smoothing only.' }),
  kept: z
    .number()
    .int()
    .min(1024)
    .max(MOST_KEPT)
    .default(1_000_000)
    .meta({ title: 'Most kept', description: 'Contexts, and values in contexts, that are stored at most. Beyond it the rarest contexts of the longest order are left out.' }),
  ...orderingFields,
})
export type NgramConfig = z.infer<typeof ngramSchema>

export interface NgramSizes {
  /** Contexts of 0 to n − 1 values, the start of a sequence among them. */
  contexts: number
  /** Values in contexts. */
  entries: number
  /** Whether both hold all that there could ever be. */
  complete: boolean
}

/** Room for contexts and for values in them: all that can occur, or the limit. */
export function ngramSizes({ n, kept }: Pick<NgramConfig, 'n' | 'kept'>, { levels }: Pick<Domain, 'levels'>): NgramSizes {
  let contexts = 1
  // Those of length j: K^j of values alone, and K^(j − 1) that reach back to the start.
  for (let length = 1; length < n && contexts <= kept; length++) contexts += levels ** length + levels ** (length - 1)
  const entries = contexts * levels
  return { contexts: Math.min(contexts, kept), entries: Math.min(entries, Math.max(kept, levels)), complete: contexts <= kept && entries <= kept }
}

/** Counts of what followed what, however long: the strongest of the models that only remember. */
export const ngram: FamilyDescription<NgramConfig> = {
  id: 'ngram',
  title: 'n-gram',
  description:
    'The last n − 1 values predict the next by what followed them in the data, blended with ever shorter contexts. Counted in one pass, stored ' +
    'sparsely, and exact; the same tables at every position.',
  reference: 'Shannon (1948); Ney, Essen & Kneser (1994), On structuring probabilistic dependences; Kneser & Ney (1995); Chen & Goodman (1999)',
  equation: 'p(v | c) = max(n(c, v) − d, 0)/n(c) + λ(c) p(v | c without its oldest value),  λ(c) = d N₁₊(c)/n(c);  p(v | nothing) ends at 1/K',
  cost: 'O(Dn log K) per example and per sample',
  domains: ['audio', 'text', 'discrete sequences', 'tables whose columns share their levels', 'images, raster by raster'],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: ngramSchema,
  refuses(domain) {
    if (domain.levels <= MOST_LEVELS) return null
    return `The n-gram counts at most ${count(MOST_LEVELS)} levels, but this is ${describeDomain(domain)}. Import it with fewer levels.`
  },
  presets: () => {
    const preset = (title: string, config: Partial<NgramConfig>) => ({ title, config: ngramSchema.parse(config), training: {}, budget: { steps: 1 } })
    return {
      small: preset('Bigram', { n: 2 }),
      standard: preset('Trigram, Kneser–Ney', { n: 3, smoothing: 'kneser-ney', kept: 2_000_000 }),
      paper: preset('5-gram, Kneser–Ney', { n: 5, smoothing: 'kneser-ney', kept: 4_000_000 }),
    }
  },
  inspect(config, domain, options = {}) {
    const { contexts, entries } = ngramSizes(config, domain)
    const dimensions = dimensionsOf(domain)
    const parameters = contexts + entries
    const size = Math.min(config.n - 1, dimensions - 1)
    const words = size === 0 ? 'nothing: every value is drawn from one distribution' : `the last ${size === 1 ? 'value' : `${count(size)} values`} generated`
    const series = isSeries(domain)
    const milliseconds = domain.sampleRate ? { milliseconds: (1000 * size) / domain.sampleRate } : {}
    return {
      parameters,
      multiplyAdds: dimensions * config.n,
      receptiveField: series ? { text: words, size, ...milliseconds } : fieldOf(config, domain, words, options.pixel),
      blocks: [
        { name: 'contexts', kind: 'ngram', shape: [contexts], parameters: contexts, multiplyAdds: dimensions * (config.n - 1) },
        { name: 'entries', kind: 'ngram', shape: [entries], parameters: entries, multiplyAdds: dimensions },
      ],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        parameters: 3 * parameters,
        activationsPerExample: config.n * 40 * Math.min(dimensions, 16_384) + parametersPerDimension(domain),
        batchSize: options.batchSize ?? 8,
      }),
    }
  },
}

function fieldOf(config: NgramConfig, domain: Domain, words: string, pixel?: [number, number]) {
  const ordering = configuredOrdering(config, domain)
  const parents: Int32Array[] = []
  ordering.forEach((dimension, step) => {
    parents[dimension] = Int32Array.from({ length: Math.min(step, config.n - 1) }, (_value, back) => ordering[step - 1 - back]!)
  })
  return tableReceptiveField(domain, parents, words, ranksOf(ordering), pixel)
}
