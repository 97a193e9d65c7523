import { z } from 'zod'
import type { Domain } from '../domain'
import { dropoutSchema } from './blocks/transformerBlock'
import type { FamilyDescription, Preset } from './family'
import { pairInspection, pairParts, pairTraining, refusesAllButPairs } from './pairs'

export const transformerPairsSchema = z.strictObject({
  channels: z.number().int().min(1).max(4096).default(64).meta({ title: 'Channels', description: 'Width of the embeddings.' }),
  layers: z.number().int().min(1).max(32).default(2).meta({ title: 'Blocks', description: 'As many in the encoder as in the decoder.' }),
  heads: z.number().int().min(1).max(64).default(4).meta({ title: 'Attention heads', description: 'Must divide the channels.' }),
  feedForward: z.number().int().min(1).max(16).default(4).meta({ title: 'Feed-forward factor', description: 'Channels inside the feed-forward part, as a multiple of the embedding.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of activations dropped while training.' }),
})
export type TransformerPairsConfig = z.infer<typeof transformerPairsSchema>

export const transformerPairs: FamilyDescription<TransformerPairsConfig> = {
  id: 'transformer-pairs',
  title: 'Transformer, encoder–decoder',
  description:
    'Turns a source into a target: each character of the target attends to those before it, and to the whole source as an encoder has seen it.',
  reference: 'Vaswani et al. (2017), Attention Is All You Need',
  equation: 'log p(y | s) = Σ_t log p(y_t | y_<t, s);  h ← h + SelfAttention(LN(h)), h ← h + Attention(LN(h), enc(s)), h ← h + W₂ GELU(W₁ LN(h))',
  cost: 'O((S + T)²) per pair; a sample keeps keys and values of the characters before',
  domains: ['pairs of texts'],
  sampling: 'cached',
  group: 'attention',
  schema: transformerPairsSchema,
  refuses: (domain) => refusesAllButPairs('The Transformer, encoder–decoder,', domain),
  misfit({ channels, heads }) {
    return channels % heads === 0 ? null : { field: 'heads', message: `${channels} channels cannot be divided evenly among ${heads} heads. Choose a divisor of ${channels}.` }
  },
  presets: (domain) => ({
    small: preset('Minutes', { channels: 64, layers: 2 }, domain, 4000),
    standard: preset('Standard: 3 blocks of 128', { channels: 128, layers: 3 }, domain, 20_000),
    paper: preset('Paper: 6 blocks of 512', { channels: 512, layers: 6, heads: 8, dropout: 0.1 }, domain, 100_000),
  }),
  inspect(config, domain, options) {
    const { levels, sources, targets } = pairParts(domain)
    const { channels, layers, heads, feedForward } = config
    const square = channels * channels
    const feed = { weights: 2 * feedForward * square, others: (feedForward + 3) * channels }
    const attention = { weights: 4 * square, others: 6 * channels }
    const encoder = { weights: attention.weights + feed.weights, others: attention.others + feed.others }
    const decoder = { weights: encoder.weights + 4 * square, others: encoder.others + 6 * channels }
    const each = Array.from({ length: layers }, (_value, index) => index)
    const numbers = (positions: number, seen: number): number => positions * ((14 + 3 * feedForward) * channels + heads * seen)
    return pairInspection(
      [
        { name: 'embeddings', kind: 'embedding', shape: [sources + targets, channels], parameters: (2 * levels + 1) * channels, multiplyAdds: 0, activations: 2 * (sources + targets) * channels },
        ...each.map((index) => ({
          ...{ name: `encoder.${index}`, kind: 'transformer', shape: [sources, channels], parameters: encoder.weights + encoder.others },
          multiplyAdds: sources * (encoder.weights + 2 * sources * channels),
          activations: numbers(sources, sources),
        })),
        { name: 'encoder.norm', kind: 'layer norm', shape: [sources, channels], parameters: 2 * channels, multiplyAdds: 0, activations: 2 * sources * channels },
        ...each.map((index) => ({
          ...{ name: `decoder.${index}`, kind: 'transformer', shape: [targets, channels], parameters: decoder.weights + decoder.others },
          multiplyAdds: targets * (decoder.weights - 2 * square + 2 * (targets + sources) * channels) + sources * 2 * square,
          activations: numbers(targets, targets + sources) + 6 * targets * channels,
        })),
        { name: 'output', kind: 'dense', shape: [targets, levels], parameters: 2 * channels + (channels + 1) * levels, multiplyAdds: targets * channels * levels, activations: targets * (2 * channels + 2 * levels) },
      ],
      domain,
      options,
    )
  },
}

function preset(title: string, sizes: Partial<TransformerPairsConfig>, domain: Domain, steps: number): Preset<TransformerPairsConfig> {
  return { title, config: transformerPairsSchema.parse(sizes), training: { ...pairTraining(domain), warmupSteps: 200 }, budget: { steps } }
}
