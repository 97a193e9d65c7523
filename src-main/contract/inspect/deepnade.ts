import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField, describeDomain, parametersPerDimension, trainingMemory } from './figures'
import { orderAgnosticFields } from './orderAgnostic'
import { configuredOrdering } from './orderedConfig'

export const deepNadeSchema = z.strictObject({
  hidden: z
    .array(z.number().int().min(1).max(16_384))
    .min(1)
    .max(8)
    .default([500, 500])
    .meta({ title: 'Hidden layers', description: 'Units of each hidden layer, from the input on.' }),
  activation: z.enum(['relu', 'tanh', 'sigmoid']).default('relu').meta({ title: 'Activation' }),
  input: z
    .enum(['auto', 'one-hot', 'scaled'])
    .default('auto')
    .meta({
      title: 'Input of levels',
      description: 'How values of more than two levels enter: weights of their own for each level, or one number in −1…1. Auto: one-hot up to 16 levels.',
    }),
  ...orderAgnosticFields,
})
export type DeepNadeConfig = z.infer<typeof deepNadeSchema>

/** Whether levels enter one-hot. Binary ones enter as they are. */
export const deepNadeOneHot = (config: Pick<DeepNadeConfig, 'input'>, domain: Pick<Domain, 'levels'>): boolean =>
  domain.levels > 2 && (config.input === 'auto' ? domain.levels <= 16 : config.input === 'one-hot')

/** Layers of a net that is given (x ⊙ m, m), with what one conditional of a chain costs: the first layer is carried along. */
export function maskedNetBlocks(hidden: readonly number[], inputs: number, domain: Domain) {
  const n = dimensionsOf(domain)
  const P = parametersPerDimension(domain)
  const blocks = hidden.map((units, index) => {
    const below = index === 0 ? inputs + n : hidden[index - 1]!
    return {
      name: `hidden.${index}`,
      kind: 'dense',
      shape: [units],
      parameters: below * units + units,
      multiplyAdds: index === 0 ? n * units : n * below * units,
    }
  })
  const last = hidden.at(-1)!
  return [...blocks, { name: 'output', kind: 'dense', shape: [n, P], parameters: n * P * last + n * P, multiplyAdds: n * P * last }]
}

const MOST_OUTPUTS = 262_144

/** Reason and mend for domains that an order-agnostic net has too many outputs for; null when it fits. */
export function refusesOrderAgnostic(name: string, domain: Domain): string | null {
  if (isSeries(domain)) return `${name} needs examples of one shape, but this is ${describeDomain(domain)}. Choose WaveNet.`
  const outputs = dimensionsOf(domain) * parametersPerDimension(domain)
  if (outputs <= MOST_OUTPUTS) return null
  return (
    `${name} would need ${count(outputs)} output units for ${describeDomain(domain)}; up to ${count(MOST_OUTPUTS)} are sensible. ` +
    'Import the data with fewer levels (8, say) or smaller, or choose PixelCNN.'
  )
}

export const deepnade: FamilyDescription<DeepNadeConfig> = {
  id: 'deepnade',
  title: 'DeepNADE',
  description:
    'One deep net for all orderings (EoNADE): given any observed dimensions and which they are, it predicts every other one. ' +
    'So any part of an example can be completed exactly, and ensembles of orderings need no further training.',
  reference: 'Uria, Murray & Larochelle (2014), A Deep and Tractable Density Estimator; Uria, Côté, Gregor, Murray & Larochelle (2016)',
  equation: 'h = g(W (x ⊙ m_<i) + M m_<i + c), p(x_i | x_<i, o) = f(V g(… h …) + b)_i; training: E_m (D + 1)/(D − |m|) Σ_{i ∉ m} −log p(x_i | x ⊙ m)',
  cost: 'one pass per example in training; D passes from the second layer on for a likelihood or a sample',
  domains: ['binary images', 'binary tables', 'grey and RGB images of few levels', 'tables'],
  sampling: 'cached',
  group: 'nade',
  schema: deepNadeSchema,
  refuses: (domain) => refusesOrderAgnostic('DeepNADE', domain),
  presets: (domain) => ({
    small: deepNadePreset('Minutes', [200, 200], domain, 3000),
    standard: deepNadePreset('Standard: two layers of 500', [500, 500], domain, 20_000),
    paper: { ...deepNadePreset('Paper: two layers of 500, 1,000 epochs', [500, 500], domain, 20_000), budget: { epochs: 1000 } },
  }),
  inspect(config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const inputs = n * (deepNadeOneHot(config, domain) ? domain.levels : 1)
    const blocks = maskedNetBlocks(config.hidden, inputs, domain)
    const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
    const units = 2 * (inputs + n) + 2 * config.hidden.reduce((sum, size) => sum + size, 0) + 3 * n * parametersPerDimension(domain)
    return {
      parameters,
      multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
      receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel),
      blocks,
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({ parameters, activationsPerExample: units, batchSize: options.batchSize ?? 100 }),
    }
  },
}

/** Weights of one matrix that a preset uses at most. */
const MOST_WEIGHTS = 2e7

function deepNadePreset(title: string, hidden: number[], domain: Domain, steps: number): Preset<DeepNadeConfig> {
  const widest = dimensionsOf(domain) * parametersPerDimension(domain)
  const most = Math.max(16, Math.floor(MOST_WEIGHTS / widest))
  return {
    title,
    config: deepNadeSchema.parse({ hidden: hidden.map((units) => Math.min(units, most)) }),
    training: {
      batchSize: 200,
      learningRate: 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      ema: 0.999,
      validateEvery: 2000,
      validExamples: 500,
    },
    budget: { steps },
  }
}
