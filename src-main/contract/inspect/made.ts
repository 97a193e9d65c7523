import { z } from 'zod'
import { dimensionsOf, isSeries } from '../domain'
import type { Domain } from '../domain'
import { componentsField, conditionalKinds, conditionalParameters, conditionalWords } from './conditionalKinds'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField, describeDomain, parametersPerDimension, trainingMemory } from './figures'
import { keptByMask, madeDegrees, madeOneHot } from './madeDegrees'
import { configuredOrdering, orderingFields } from './orderedConfig'

export const madeSchema = z.strictObject({
  hidden: z
    .array(z.number().int().min(1).max(16_384))
    .min(1)
    .max(8)
    .default([500, 500])
    .meta({ title: 'Hidden layers', description: 'Units of each hidden layer, from the input on.' }),
  activation: z.enum(['relu', 'tanh', 'softplus']).default('relu').meta({ title: 'Activation' }),
  direct: z
    .boolean()
    .default(true)
    .meta({
      title: 'Direct connections',
      description: 'A masked linear path from the input to the output beside the hidden layers; learning is much quicker with it.',
    }),
  degrees: z
    .enum(['cyclic', 'random'])
    .default('cyclic')
    .meta({
      title: 'Degrees of hidden units',
      description: 'How many dimensions each hidden unit sees: spread evenly in a cycle, or drawn with the seed.',
    }),
  degreesSeed: z.number().int().min(0).max(4294967295).default(0).meta({ title: 'Degrees seed' }),
  input: z
    .enum(['auto', 'one-hot', 'scaled'])
    .default('auto')
    .meta({
      title: 'Input of levels',
      description:
        'How values of more than two levels enter: one unit for each level, or one number in −1…1. Auto: one-hot up to 16 levels.',
    }),
  conditionals: z
    .enum(conditionalKinds)
    .default('softmax')
    .meta({ title: 'Conditionals', description: `The form of each conditional. ${Object.values(conditionalWords).join('; ')}.` }),
  components: componentsField,
  masks: z
    .number()
    .int()
    .min(1)
    .max(32)
    .default(1)
    .meta({
      title: 'Masks',
      description:
        'How many sets of masks share the weights. Each training step draws one; the model is their mixture, which costs as many passes. ' +
        'Hidden degrees of all but the first are random.',
    }),
  orderAgnostic: z
    .boolean()
    .default(false)
    .meta({
      title: 'Order-agnostic',
      description:
        'Each of several masks has an ordering of its own: the first the one below, the others random. Likelihood and samples are those of the first; ' +
        'the ensemble of all is scored apart.',
    }),
  masked: z
    .boolean()
    .default(true)
    .meta({
      title: 'Masked',
      description:
        'Without masks this is a plain autoencoder, which sees what it should predict: the contrast that shows what the masks are for. ' +
        'It can be looked at, but is not trained: its loss falls and falls, and is no likelihood.',
    }),
  ...orderingFields,
})
export type MadeConfig = z.infer<typeof madeSchema>

const MOST_OUTPUTS = 262_144
/** Where the input enters. */
const UNMASKED_ENTRIES = ['hidden.0', 'direct']
const AUTOENCODER =
  'without masks every output sees every input, its own among them, so the net learns to copy: an autoencoder. Its loss falls towards 0, but is ' +
  'no likelihood: the probabilities that it gives to all possible examples do not sum to 1'

export const made: FamilyDescription<MadeConfig> = {
  id: 'made',
  title: 'MADE',
  description:
    'Masked autoencoder for distribution estimation: a feed-forward net whose weights are masked ' +
    'so that output i sees only the dimensions before i.',
  reference: 'Germain, Gregor, Murray & Larochelle (2015), MADE: Masked Autoencoder for Distribution Estimation',
  equation: 'h = g((W ⊙ M_W) x + b),  p(x_i | x_<i) = f((V ⊙ M_V) h + (A ⊙ M_A) x + c)_i,  M_W: m(k) ≥ d,  M_V: d > m(k)',
  cost: 'one pass per example; D passes per sample, or what changed of them',
  domains: ['binary images', 'grey and RGB images of few levels', 'tables', 'graded values by mixtures'],
  sampling: 'cached',
  group: 'nade',
  smallOperations: true,
  schema: madeSchema,
  refuses(domain) {
    if (isSeries(domain))
      return `MADE needs examples of one shape, but this is ${describeDomain(domain)}. Choose WaveNet.`
    const outputs = dimensionsOf(domain) * parametersPerDimension(domain)
    if (outputs <= MOST_OUTPUTS) return null
    return (
      `MADE would need ${count(outputs)} output units for ${describeDomain(domain)}; up to ${count(MOST_OUTPUTS)} are sensible. ` +
      'Import the data with fewer levels (8, say) or smaller, or choose PixelCNN.'
    )
  },
  presets: (domain) => ({
    small: madePreset('Minutes', [200], domain, 2000, 5e-3),
    standard: madePreset('Standard: two layers of 500', [500, 500], domain, 10_000, 3e-3),
    paper: { ...madePreset('Paper: two layers of 8,000', [8000, 8000], domain, 10_000, 1e-3), budget: { epochs: 85 } },
  }),
  inspect(config, domain, options = {}) {
    const degrees = madeDegrees(config, domain)
    const layers = [degrees.input, ...degrees.hidden]
    // What one mask drops another keeps, so of several the whole matrices count.
    const kept: typeof keptByMask = (from, to, rule) => (config.masks > 1 ? from.length * to.length : keptByMask(from, to, rule))
    const blocks = degrees.hidden.map((units, index) => {
      const weights = kept(layers[index]!, units, 'at most')
      return {
        name: `hidden.${index}`,
        kind: 'masked-dense',
        shape: [units.length],
        parameters: weights + units.length,
        multiplyAdds: layers[index]!.length * units.length,
      }
    })
    const perDimension = conditionalParameters(config.conditionals, config.components, domain)
    const outputWeights = kept(layers.at(-1)!, degrees.output, 'below')
    const shape = [dimensionsOf(domain), perDimension]
    blocks.push({
      name: 'output',
      kind: 'masked-dense',
      shape,
      parameters: outputWeights + degrees.output.length,
      multiplyAdds: layers.at(-1)!.length * degrees.output.length,
    })
    if (config.direct) {
      blocks.push({
        name: 'direct',
        kind: 'masked-dense',
        shape,
        parameters: kept(degrees.input, degrees.output, 'below'),
        multiplyAdds: degrees.input.length * degrees.output.length,
      })
    }
    const parameters = blocks.reduce((total, block) => total + block.parameters, 0)
    const perMask = blocks.reduce((total, block) => total + block.multiplyAdds, 0)
    const units = degrees.input.length + 2 * degrees.hidden.reduce((total, layer) => total + layer.length, 0) + 2 * degrees.output.length
    const receptiveField = denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel)
    return {
      parameters,
      multiplyAdds: perMask * (config.orderAgnostic ? 1 : config.masks),
      receptiveField: config.masked ? receptiveField : { ...receptiveField, text: 'all dimensions, its own among them' },
      blocks,
      causal: config.masked,
      leaks: config.masked ? [] : blocks.filter(({ name }) => UNMASKED_ENTRIES.includes(name)).map(({ name }) => ({ block: name, reason: AUTOENCODER })),
      // Weights lie as full matrices with masked entries.
      trainingMemoryBytes: trainingMemory({ parameters: perMask, activationsPerExample: units, batchSize: options.batchSize ?? 100 }),
    }
  },
}

function madePreset(title: string, hidden: number[], domain: Domain, steps: number, learningRate: number): Preset<MadeConfig> {
  const config = madeSchema.parse({ hidden })
  const inputs = dimensionsOf(domain) * (madeOneHot(config, domain) ? domain.levels : 1)
  const outputs = dimensionsOf(domain) * parametersPerDimension(domain)
  // Wide data: keep each weight matrix below about twenty million entries.
  const most = Math.max(16, Math.floor(2e7 / Math.max(inputs, outputs)))
  return {
    title,
    config: { ...config, hidden: hidden.map((units) => Math.min(units, most)), direct: inputs * outputs <= 2e7 },
    training: { batchSize: 100, learningRate, schedule: { kind: 'cosine', floor: 0.01 }, ema: 0.999, validateEvery: 500 },
    budget: { steps },
  }
}
