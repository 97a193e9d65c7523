import { z } from 'zod'
import { dimensionsOf } from '../domain'
import type { FamilyDescription } from './family'
import { denseReceptiveField, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { refusesAllButBinary } from './refusals'

export const fvsbnSchema = z.strictObject({ ...orderingFields })
export type FvsbnConfig = z.infer<typeof fvsbnSchema>

/** Logistic regression of each dimension on all earlier ones. */
export const fvsbn: FamilyDescription<FvsbnConfig> = {
  id: 'fvsbn',
  title: 'FVSBN',
  description:
    'Fully visible sigmoid belief network: a logistic regression of every binary dimension on all earlier ones. ' +
    'Convex, quick, and a strong baseline.',
  reference: 'Neal (1992), Connectionist learning of belief networks; Frey, Hinton & Dayan (1996)',
  equation: 'p(x_i = 1 | x_<i) = σ(a_i + Σ_{j<i} w_ij x_j)',
  cost: 'O(D²) per example and per sample',
  domains: ['binary images', 'binary tables'],
  sampling: 'cached',
  group: 'nade',
  schema: fvsbnSchema,
  refuses: (domain) => refusesAllButBinary('FVSBN', domain, 4096),
  presets: () => {
    const config: FvsbnConfig = { ordering: 'raster', orderingSeed: 0 }
    return {
      small: {
        title: 'Minutes',
        config,
        training: { batchSize: 100, learningRate: 5e-3, schedule: { kind: 'cosine', floor: 0.02 }, validateEvery: 250 },
        budget: { steps: 2000 },
      },
      standard: {
        title: 'Standard',
        config,
        training: { batchSize: 100, learningRate: 3e-3, schedule: { kind: 'cosine', floor: 0.02 }, ema: 0.999, validateEvery: 500 },
        budget: { steps: 10_000 },
      },
      paper: {
        title: 'Paper',
        config,
        training: { batchSize: 100, learningRate: 1e-3, schedule: { kind: 'cosine', floor: 0.02 }, ema: 0.999 },
        budget: { epochs: 50 },
      },
    }
  },
  inspect(config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const parameters = (n * (n + 1)) / 2
    return {
      parameters,
      multiplyAdds: (n * (n - 1)) / 2,
      receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel),
      blocks: [{ name: 'regressions', kind: 'fvsbn', shape: [n], parameters, multiplyAdds: (n * (n - 1)) / 2 }],
      causal: true,
      leaks: [],
      // The weights lie as a full square whose upper half is masked.
      trainingMemoryBytes: trainingMemory({ parameters: n * n + n, activationsPerExample: 2 * n, batchSize: options.batchSize ?? 100 }),
    }
  },
}
