import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription } from './family'
import { count, denseReceptiveField, describeDomain, trainingMemory } from './figures'
import { orderingOf } from './orderings'

export const gaussianSchema = z.strictObject({
  likelihood: z
    .enum(['density', 'bins'])
    .default('density')
    .meta({
      title: 'Likelihood',
      description:
        'Density: the joint Gaussian of dequantised values, whose likelihood is a bound. Bins: each conditional gives the mass of a level’s bin, given ' +
        'the earlier levels: an exact likelihood, of the chain of binned conditionals and not of the joint Gaussian.',
    }),
  shrinkage: z
    .enum(['ridge', 'diagonal', 'none'])
    .default('ridge')
    .meta({
      title: 'Shrinkage',
      description:
        'What the sample covariance S is drawn to: ridge adds λ times its mean variance to the diagonal, diagonal takes (1 − λ) of all else. ' +
        'With fewer examples than dimensions S alone is singular.',
    }),
  strength: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .meta({ title: 'Strength', description: 'λ. Empty: chosen on the validation split, among powers of ten and then finer.' }),
})
export type GaussianConfig = z.infer<typeof gaussianSchema>

const MOST_DIMENSIONS = 4096

/** What moments alone can tell: the reference that every model of graded values must beat. */
export const gaussian: FamilyDescription<GaussianConfig> = {
  id: 'gaussian',
  title: 'Gaussian',
  description:
    'One multivariate Gaussian, fitted by its moments in one pass: each value is linear in all earlier ones, plus noise. ' +
    'The covariance is shrunk as much as the validation split asks for.',
  reference: 'The multivariate normal by the method of moments, with a shrunk covariance as in Ledoit & Wolf (2004)',
  equation: 'p(x) = N(x; m, Σ),  p(x_i | x_<i) = N(b_i + Σ_{j<i} w_ji x_j, s_i²),  Σ = S + λ tr(S)/D · I',
  cost: 'O(D²) per example and per sample; O(D³) to fit',
  domains: ['grey and RGB images', 'tables of graded values'],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: gaussianSchema,
  refuses(domain: Domain) {
    if (isSeries(domain))
      return `The Gaussian needs examples of one shape, but this is ${describeDomain(domain)}. Choose the Markov chain or WaveNet.`
    if (domain.levels === 2) return `The Gaussian models graded values, but this is ${describeDomain(domain)}. Choose FVSBN, its like for binary data.`
    const dimensions = dimensionsOf(domain)
    if (dimensions <= MOST_DIMENSIONS) return null
    return `The Gaussian of ${count(dimensions)} dimensions would need a covariance of ${count(dimensions ** 2)} numbers; up to ${count(MOST_DIMENSIONS)} dimensions are sensible. Import the data smaller, or choose PixelCNN.`
  },
  presets: () => {
    const config = gaussianSchema.parse({})
    const preset = { title: 'Moments, ridge chosen on validation', config, training: {}, budget: { steps: 1 } }
    return {
      small: preset,
      standard: { ...preset, title: 'Binned conditionals: an exact likelihood', config: { ...config, likelihood: 'bins' } },
      paper: { ...preset, title: 'Moments as they are', config: { ...config, shrinkage: 'none' } },
    }
  },
  inspect(_config, domain, options = {}) {
    const n = dimensionsOf(domain)
    const multiplyAdds = (n * (n - 1)) / 2
    const parameters = multiplyAdds + 2 * n
    return {
      parameters,
      multiplyAdds,
      receptiveField: denseReceptiveField(domain, orderingOf('raster', domain.shape), options.pixel),
      blocks: [{ name: 'regressions', kind: 'gaussian', shape: [n, 2], parameters, multiplyAdds }],
      causal: true,
      leaks: [],
      // The weights lie as a full square whose upper half is masked; fitting holds three such squares in double precision.
      trainingMemoryBytes: Math.max(24 * n * n, trainingMemory({ parameters: n * n + 2 * n, activationsPerExample: 4 * n, batchSize: options.batchSize ?? 100 })),
    }
  },
}
