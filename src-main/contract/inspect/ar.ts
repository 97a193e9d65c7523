import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { ReceptiveField } from '../records/model'
import type { FamilyDescription } from './family'
import { clampPixel, count, describeDomain, trainingMemory } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { ranksOf } from './orderings'

export const arSchema = z.strictObject({
  order: z.number().int().min(1).max(512).default(32).meta({ title: 'Order', description: 'p: how many of the latest values the next one is linear in.' }),
  choose: z
    .enum(['aic', 'fixed'])
    .default('aic')
    .meta({
      title: 'Choice of the order',
      description: 'AIC: of all orders up to p the one of the least Akaike information criterion, 2k − 2 ln L; the checkpoint keeps that of every order. Fixed: p itself.',
    }),
  values: z
    .enum(['amplitude', 'levels'])
    .default('amplitude')
    .meta({
      title: 'Values',
      description: 'What the regression is linear in. Amplitude: the sound pressure behind the levels of μ-law audio; levels: the levels themselves. Other data has levels only.',
    }),
  fit: z
    .enum(['least-squares', 'gradient'])
    .default('least-squares')
    .meta({ title: 'Fit', description: 'Least squares in one pass, or gradient descent on the likelihood, as every other family.' }),
  ...orderingFields,
})
export type ArConfig = z.infer<typeof arSchema>

/** Whether the regression runs on the amplitudes behind companded levels. */
export const arOnAmplitudes = (config: Pick<ArConfig, 'values'>, domain: Pick<Domain, 'encoding'>): boolean =>
  config.values === 'amplitude' && domain.encoding === 'mu-law'

/** Linear prediction: what second moments alone can tell of a sequence. */
export const ar: FamilyDescription<ArConfig> = {
  id: 'ar',
  title: 'AR(p)',
  description:
    'Linear prediction: each value is a weighted sum of the last p, plus Gaussian noise, the same weights at every step; fitted by least squares. ' +
    'Each level gets the Gaussian’s mass of its interval, so the likelihood is exact and comparable with that of WaveNet over the same levels.',
  reference: 'Yule (1927), On a Method of Investigating Periodicities in Disturbed Series; order by Akaike (1974), A new look at the statistical model identification',
  equation: 'z_t = b + Σ_{k=1}^{p} w_k z_{t−k} + ε_t,  ε_t ~ N(0, s²);  p(x_t = v | x_<t) = Φ((e_{v+1} − μ_t)/s) − Φ((e_v − μ_t)/s)',
  cost: 'O(p) per value and per sample; O(Np + p³) to fit',
  domains: ['audio', 'ordered tables of graded values', 'grey and RGB images, raster by raster'],
  sampling: 'cached',
  group: 'baseline',
  fitted: true,
  schema: arSchema,
  refuses(domain) {
    if (domain.levels >= 3 && domain.kind !== 'text') return null
    return `AR(p) models graded values, but this is ${describeDomain(domain)}. Choose the n-gram or the Markov chain.`
  },
  presets: () => {
    const preset = (title: string, config: Partial<ArConfig>) => ({
      title,
      config: arSchema.parse(config),
      // Used where the fit is by gradient only.
      training: { batchSize: 8, learningRate: 5e-3, schedule: { kind: 'cosine' as const, floor: 0.01 }, gradientClip: 10, ema: null, validateEvery: 250, windowSamples: 2048 },
      budget: { steps: 2000 },
    })
    return {
      small: preset('Order 16', { order: 16, choose: 'fixed' }),
      standard: preset('Order up to 64 by AIC', { order: 64 }),
      paper: preset('Order up to 64 by AIC, on the levels', { order: 64, values: 'levels' }),
    }
  },
  inspect(config, domain, options = {}) {
    const parameters = config.order + 2
    const dimensions = dimensionsOf(domain)
    const multiplyAdds = dimensions * config.order
    return {
      parameters,
      multiplyAdds,
      receptiveField: arField(config, domain, options.pixel),
      blocks: [{ name: 'regression', kind: 'ar', shape: [dimensions, 2], parameters, multiplyAdds }],
      causal: true,
      leaks: [],
      trainingMemoryBytes: trainingMemory({ parameters, activationsPerExample: (config.order + 8) * Math.min(dimensions, 4096), batchSize: options.batchSize ?? 8 }),
    }
  },
}

/** The last p values in the order of generation, those of images as a map. */
function arField(config: ArConfig, domain: Domain, pixel?: [number, number]): ReceptiveField {
  const size = Math.min(config.order, dimensionsOf(domain) - 1)
  const most = config.choose === 'aic' ? 'at most ' : ''
  const text = `${most}the last ${size === 1 ? 'value' : `${count(size)} values`} ${isSeries(domain) ? 'before' : 'generated'}`
  const field = { text, size, ...(domain.sampleRate ? { milliseconds: (1000 * size) / domain.sampleRate } : {}) }
  if (domain.kind !== 'image') return field
  const [height = 1, width = 1, channels = 1] = domain.shape
  const ranks = ranksOf(configuredOrdering(config, domain))
  const [row, column] = clampPixel(pixel, height, width)
  const own = row * width + column
  const ranksAt = (cell: number): number[] => Array.from({ length: channels }, (_value, channel) => ranks[cell * channels + channel]!)
  const [first, last] = [Math.min(...ranksAt(own)), Math.max(...ranksAt(own))]
  const cells = new Uint8Array(height * width)
  for (let cell = 0; cell < cells.length; cell++) {
    if (cell === own) continue
    const its = ranksAt(cell)
    if (its.some((rank) => rank < last && rank >= first - config.order)) cells[cell] = 1
    else if (Math.min(...its) < last) cells[cell] = 2
  }
  return { ...field, map: { height, width, pixel: [row, column], cells } }
}
