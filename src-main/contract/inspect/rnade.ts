import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import { componentsField, conditionalParameters, conditionalWords } from './conditionalKinds'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField, describeDomain, trainingMemory } from './figures'
import { NADE_BLOCK } from './nade'
import { configuredOrdering, orderingFields } from './orderedConfig'

export const rnadeSchema = z.strictObject({
  hidden: z
    .number()
    .int()
    .min(1)
    .max(8192)
    .default(50)
    .meta({ title: 'Hidden units', description: 'H: size of the hidden layer that all conditionals share.' }),
  conditionals: z
    .enum(['gaussians', 'laplace', 'logistics'])
    .default('gaussians')
    .meta({
      title: 'Conditionals',
      description: `The form of each conditional. ${conditionalWords.gaussians}; ${conditionalWords.laplace}; ${conditionalWords.logistics}.`,
    }),
  components: componentsField,
  activation: z.enum(['relu', 'sigmoid']).default('relu').meta({ title: 'Activation' }),
  ...orderingFields,
})
export type RnadeConfig = z.infer<typeof rnadeSchema>

const MOST_OUTPUTS = 524_288

/** NADE for real values. */
export const rnade: FamilyDescription<RnadeConfig> = {
  id: 'rnade',
  title: 'RNADE',
  description:
    'NADE for real values: the shared hidden layer gives each dimension a mixture of densities. ' +
    'Densities are of dequantised values, so the likelihood is a bound; mixtures of logistics give the exact mass of each level instead.',
  reference: 'Uria, Murray & Larochelle (2013), RNADE: The real-valued neural autoregressive density-estimator',
  equation: 'h_i = g(ρ_i (c + W_{·,<i} x_<i)),  p(x_i | x_<i) = Σ_m π_im N(x_i; μ_im, s_im²),  (π, μ, log s)_i = V_i h_i + b_i',
  cost: 'O(DH(1 + 3M)) per example and per sample',
  domains: ['grey and RGB images', 'tables of graded values'],
  sampling: 'cached',
  group: 'nade',
  schema: rnadeSchema,
  refuses(domain: Domain) {
    if (isSeries(domain))
      return `RNADE needs examples of one shape, but this is ${describeDomain(domain)}. Choose WaveNet.`
    if (domain.levels < 3) return `RNADE models graded values, but this is ${describeDomain(domain)}. Choose NADE.`
    const dimensions = dimensionsOf(domain)
    if (dimensions <= MOST_OUTPUTS / 64) return null
    return `RNADE would need weights for all of ${count(dimensions)} dimensions; up to ${count(MOST_OUTPUTS / 64)} are sensible. Import the data smaller, or choose PixelCNN.`
  },
  presets: () => ({
    small: preset('Minutes', { hidden: 50, components: 5 }, 1500),
    standard: preset('Standard: Laplace', { hidden: 200, components: 10, conditionals: 'laplace' }, 6000),
    paper: { ...preset('Paper: 20 Gaussians', { hidden: 50, components: 20 }, 6000), budget: { epochs: 200 } },
  }),
  inspect(config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const { hidden } = config
    const P = conditionalParameters(config.conditionals, config.components, domain)
    const blocks = [
      { name: 'hidden', kind: 'nade', shape: [n, hidden], parameters: n * hidden + hidden + n, multiplyAdds: n * hidden },
      { name: 'conditionals', kind: 'nade', shape: [n, P], parameters: n * hidden * P + n * P, multiplyAdds: n * hidden * P },
    ]
    const parameters = blocks.reduce((sum, block) => sum + block.parameters, 0)
    return {
      parameters,
      multiplyAdds: n * hidden * (P + 1),
      receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel),
      blocks,
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({
        parameters: 1.5 * parameters,
        activationsPerExample: 2 * NADE_BLOCK * hidden + (n / NADE_BLOCK) * (hidden / 2) + 5 * n * P,
        batchSize: options.batchSize ?? 100,
      }),
    }
  },
}

function preset(title: string, config: Partial<RnadeConfig>, steps: number): Preset<RnadeConfig> {
  return {
    title,
    config: rnadeSchema.parse(config),
    training: {
      batchSize: 100,
      learningRate: 2e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      // Narrow components have steep gradients.
      gradientClip: 100,
      ema: 0.998,
      validateEvery: 500,
    },
    budget: { steps },
  }
}
