import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField, describeDomain, trainingMemory } from './figures'
import { NADE_BLOCK } from './nade'
import { configuredOrdering, orderingFields } from './orderedConfig'

export const nadeSoftmaxSchema = z.strictObject({
  hidden: z
    .number()
    .int()
    .min(1)
    .max(8192)
    .default(100)
    .meta({ title: 'Hidden units', description: 'H: size of the hidden layer that all conditionals share.' }),
  input: z
    .enum(['auto', 'one-hot', 'scaled'])
    .default('auto')
    .meta({
      title: 'Input of levels',
      description: 'How values enter: weights of their own for each level, or one number in −1…1. Auto: one-hot up to 16 levels.',
    }),
  ...orderingFields,
})
export type NadeSoftmaxConfig = z.infer<typeof nadeSoftmaxSchema>

const MOST_OUTPUTS = 262_144
/** Weights of one matrix that a preset uses at most. */
const MOST_WEIGHTS = 2e7

export const nadeSoftmaxOneHot = (config: Pick<NadeSoftmaxConfig, 'input'>, domain: Domain): boolean =>
  config.input === 'auto' ? domain.levels <= 16 : config.input === 'one-hot'

/** NADE for values of more than two levels. */
export const nadeSoftmax: FamilyDescription<NadeSoftmaxConfig> = {
  id: 'nade-softmax',
  title: 'NADE-softmax',
  description:
    'NADE for values of K levels: one hidden layer per dimension, all sharing their weights, and a softmax over the levels. ' +
    'For small images and tables: its weights grow with dimensions times levels.',
  reference: 'Larochelle & Murray (2011), The Neural Autoregressive Distribution Estimator; Uria, Côté, Gregor, Murray & Larochelle (2016)',
  equation: 'h_i = σ(c + Σ_{j<i} W_j[x_j]),  p(x_i = k | x_<i) = softmax(b_i + V_i h_i)_k',
  cost: 'O(DHK) per example and per sample',
  domains: ['grey and RGB images of few levels', 'tables'],
  sampling: 'cached',
  group: 'nade',
  schema: nadeSoftmaxSchema,
  refuses(domain) {
    if (isSeries(domain))
      return `NADE-softmax needs examples of one shape, but this is ${describeDomain(domain)}. Choose WaveNet.`
    if (domain.levels === 2) return `NADE-softmax is for more than two levels, and this is ${describeDomain(domain)}. Choose NADE.`
    const outputs = dimensionsOf(domain) * domain.levels
    if (outputs <= MOST_OUTPUTS) return null
    return (
      `NADE-softmax would need ${count(outputs)} outputs for ${describeDomain(domain)}; up to ${count(MOST_OUTPUTS)} are sensible. ` +
      'Import the data with fewer levels (8, say) or smaller, or choose PixelCNN.'
    )
  },
  presets: (domain) => {
    const hidden = (wanted: number): number => Math.max(8, Math.min(wanted, Math.floor(MOST_WEIGHTS / (dimensionsOf(domain) * domain.levels))))
    return {
      small: preset('Minutes', hidden(50), 1500),
      standard: preset('Standard', hidden(200), 6000),
      paper: { ...preset('Paper: 500 units', hidden(500), 6000), budget: { epochs: 50 } },
    }
  },
  inspect(config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const { hidden } = config
    const K = domain.levels
    const inputs = n * hidden * (nadeSoftmaxOneHot(config, domain) ? K : 1)
    const blocks = [
      { name: 'hidden', kind: 'nade', shape: [n, hidden], parameters: inputs + hidden, multiplyAdds: n * hidden },
      { name: 'conditionals', kind: 'nade', shape: [n, K], parameters: n * hidden * K + n * K, multiplyAdds: n * hidden * K },
    ]
    const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
    return {
      parameters,
      multiplyAdds: n * hidden * (K + 1),
      receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel),
      blocks,
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        // Weights and their gradients also lie packed in one.
        parameters: 1.5 * parameters,
        activationsPerExample: 2 * NADE_BLOCK * hidden + (n / NADE_BLOCK) * (hidden / 2) + 3 * n * K,
        batchSize: options.batchSize ?? 100,
      }),
    }
  },
}

function preset(title: string, hidden: number, steps: number): Preset<NadeSoftmaxConfig> {
  return {
    title,
    config: nadeSoftmaxSchema.parse({ hidden }),
    training: { batchSize: 100, learningRate: 3e-3, schedule: { kind: 'cosine', floor: 0.01 }, ema: 0.998, validateEvery: 500 },
    budget: { steps },
  }
}
