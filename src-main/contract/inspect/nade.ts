import { z } from 'zod'
import { dimensionsOf } from '../domain'
import type { FamilyDescription, Preset } from './family'
import { denseReceptiveField, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { refusesAllButBinary } from './refusals'

export const nadeSchema = z.strictObject({
  hidden: z
    .number()
    .int()
    .min(1)
    .max(8192)
    .default(500)
    .meta({ title: 'Hidden units', description: 'H: size of the hidden layer that all conditionals share.' }),
  direct: z
    .boolean()
    .default(false)
    .meta({ title: 'Direct connections', description: 'Each conditional also sees the earlier dimensions linearly, past the hidden layer.' }),
  ...orderingFields,
})
export type NadeConfig = z.infer<typeof nadeSchema>

/** Dimensions evaluated together: within a block by one triangular product, between blocks by the carried activation. */
export const NADE_BLOCK = 28

export const nade: FamilyDescription<NadeConfig> = {
  id: 'nade',
  title: 'NADE',
  description:
    'Neural autoregressive distribution estimator: one hidden layer per dimension, all sharing their weights, ' +
    'so that a whole example costs one pass.',
  reference: 'Larochelle & Murray (2011), The Neural Autoregressive Distribution Estimator',
  equation: 'h_i = σ(c + W_{·,<i} x_<i),  p(x_i = 1 | x_<i) = σ(b_i + V_i h_i)',
  cost: 'O(DH) per example and per sample',
  domains: ['binary images', 'binary tables'],
  sampling: 'cached',
  group: 'nade',
  smallOperations: true,
  schema: nadeSchema,
  refuses: (domain) => refusesAllButBinary('NADE', domain, 16_384),
  presets: (domain) => {
    const hidden = (standard: number): number => Math.max(16, Math.min(standard, dimensionsOf(domain) * 4))
    return {
      small: nadePreset('Minutes', hidden(100), 1500),
      standard: nadePreset('Standard', hidden(500), 5000),
      paper: { ...nadePreset('Paper: 500 units', 500, 5000), budget: { epochs: 50 } },
    }
  },
  inspect(config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const { hidden } = config
    const batchSize = options.batchSize ?? 100
    const direct = config.direct ? n * n : 0
    const parameters = 2 * n * hidden + n + hidden + direct
    const multiplyAdds = 2 * n * hidden + direct
    return {
      parameters,
      multiplyAdds,
      receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel),
      blocks: [
        {
          name: 'hidden',
          kind: 'nade',
          shape: [n, hidden],
          parameters: n * hidden + hidden,
          multiplyAdds: n * hidden,
          receptiveField: 'all earlier dimensions',
        },
        {
          name: 'conditionals',
          kind: 'nade',
          shape: [n, 1],
          parameters: n * hidden + n + direct,
          multiplyAdds: n * hidden + direct,
          receptiveField: 'all earlier dimensions',
        },
      ],
      causal: true,
      leaks: [],
      // In a step the hidden layers exist for one block at a time (about four arrays of that size) and the carried activation once per block;
      // while the step is traced, half of all the hidden layers do.
      trainingMemoryBytes: trainingMemory({
        parameters,
        activationsPerExample: (n * hidden) / 2 + 2 * NADE_BLOCK * hidden + (n / NADE_BLOCK) * (hidden / 2) + 2 * n,
        batchSize,
      }),
    }
  },
}

function nadePreset(title: string, hidden: number, steps: number): Preset<NadeConfig> {
  return {
    title,
    config: { hidden, direct: false, ordering: 'raster', orderingSeed: 0 },
    training: { batchSize: 100, learningRate: 5e-3, schedule: { kind: 'cosine', floor: 0.01 }, ema: 0.998, validateEvery: 500 },
    budget: { steps },
  }
}
