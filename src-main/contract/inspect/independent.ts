import { z } from 'zod'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription } from './family'
import { MOST_LEVELS } from './blocks/limits'
import { count, denseReceptiveField, parametersPerDimension, trainingMemory } from './figures'
import { orderingOf } from './orderings'

export const independentSchema = z.strictObject({})
export type IndependentConfig = z.infer<typeof independentSchema>

/** p(x) = ∏ p(x_i): the baseline that every other family must beat. */
export const independent: FamilyDescription<IndependentConfig> = {
  id: 'independent',
  title: 'Independent dimensions',
  description:
    'Each dimension has its own distribution and ignores all others. Fitted by counting in one pass; ' +
    'every other model is measured against it.',
  reference: 'The factorised baseline: maximum likelihood by counting, with add-one (Laplace) smoothing',
  equation: 'p(x) = ∏ p(x_i),  p(x_i = k) = (n_ik + 1) / (N + K)',
  cost: 'O(D) per example and per sample',
  domains: ['binary', 'grey and RGB images', 'audio', 'tables', 'text'],
  sampling: 'direct',
  group: 'baseline',
  fitted: true,
  schema: independentSchema,
  refuses: ({ levels }) =>
    levels <= MOST_LEVELS
      ? null
      : `The histogram of ${count(levels)} levels would be a table for every step; its likelihood, smoothed by one, stands among the statistics of the data set. Choose AR(p), or WaveNet.`,
  presets: () => {
    const preset = { title: 'Counts', config: {}, training: {}, budget: { steps: 1 } }
    return { small: preset, standard: preset, paper: preset }
  },
  inspect(_config, domain, options = {}) {
    // Audio has one distribution for all time steps: clips differ in length.
    const dimensions = isSeries(domain) ? 1 : dimensionsOf(domain)
    const parameters = dimensions * parametersPerDimension(domain)
    return {
      parameters,
      multiplyAdds: dimensionsOf(domain),
      receptiveField: denseReceptiveField(domain, orderingOf('raster', domain.shape), options.pixel, 'none'),
      blocks: [{ name: 'logits', kind: 'table', shape: [dimensions, parametersPerDimension(domain)], parameters, multiplyAdds: 0 }],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        parameters,
        activationsPerExample: dimensionsOf(domain) * parametersPerDimension(domain),
        batchSize: options.batchSize ?? 100,
      }),
    }
  },
}
