import { z } from 'zod'
import type { Domain } from '../domain'
import { dropoutSchema } from './blocks/transformerBlock'
import type { FamilyDescription, Preset } from './family'
import { pairInspection, pairParts, pairTraining, refusesAllButPairs } from './pairs'

export const bytenetPairsSchema = z.strictObject({
  channels: z.number().int().min(2).max(4096).default(64).meta({ title: 'Channels', description: '2d: width of the features between the blocks; inside a block there are half as many.' }),
  encoderSets: z.number().int().min(1).max(16).default(1).meta({ title: 'Encoder sets', description: 'How often the encoder runs through the dilations 1, 2, 4 …' }),
  decoderSets: z.number().int().min(1).max(16).default(1).meta({ title: 'Decoder sets', description: 'The same of the decoder.' }),
  layersPerSet: z.number().int().min(1).max(12).default(5).meta({ title: 'Blocks in a set', description: 'Their dilations double, from 1; 5 in the paper.' }),
  kernel: z.number().int().min(2).max(16).default(3).meta({ title: 'Kernel', description: 'Taps of each convolution: to both sides in the encoder, causal in the decoder.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of each block’s output dropped while training.' }),
})
export type BytenetPairsConfig = z.infer<typeof bytenetPairsSchema>

interface BlockSizes {
  kernel: number
  dilation: number
  inside: number
  dropout: number
}

/** The blocks of encoder and decoder. */
export function bytenetPairsBlocks({ channels, encoderSets, decoderSets, layersPerSet, kernel, dropout }: BytenetPairsConfig): { encoder: BlockSizes[]; decoder: BlockSizes[] } {
  const blocks = (sets: number): BlockSizes[] =>
    Array.from({ length: sets * layersPerSet }, (_value, layer) => ({ kernel, dilation: 2 ** (layer % layersPerSet), inside: Math.ceil(channels / 2), dropout }))
  return { encoder: blocks(encoderSets), decoder: blocks(decoderSets) }
}

export const bytenetPairs: FamilyDescription<BytenetPairsConfig> = {
  id: 'bytenet-pairs',
  title: 'ByteNet, encoder–decoder',
  description:
    'Turns a source into a target: an encoder of dilated convolutions that see both sides, and on top of it a causal decoder that unfolds over the ' +
    'source step by step until it ends its target.',
  reference: 'Kalchbrenner et al. (2016), Neural Machine Translation in Linear Time',
  equation: 'log p(y | s) = Σ_t log p(y_t | y_<t, s);  h⁰_t = W [enc(s)_t, e(y_{t−1})],  p(y_t | …) = softmax(V LN(h_t))',
  cost: 'O(blocks) per character of source and target',
  domains: ['pairs of texts'],
  sampling: 'cached',
  group: 'convolutional',
  schema: bytenetPairsSchema,
  refuses: (domain) => refusesAllButPairs('ByteNet, encoder–decoder,', domain),
  presets: (domain) => ({
    small: preset('Minutes', { channels: 64 }, domain, 4000),
    standard: preset('Standard: 20 blocks of 128', { channels: 128, encoderSets: 2, decoderSets: 2 }, domain, 20_000),
    paper: preset('Paper: 60 blocks of 800', { channels: 800, encoderSets: 6, decoderSets: 6, dropout: 0.1 }, domain, 200_000),
  }),
  inspect(config, domain, options) {
    const { levels, sources, targets } = pairParts(domain)
    const { channels } = config
    const columns = Math.max(sources, targets)
    const { encoder, decoder } = bytenetPairsBlocks(config)
    const block = (part: string, positions: number) => (sizes: BlockSizes, index: number) => {
      const { inside, kernel } = sizes
      const weights = 2 * channels * inside + kernel * inside * inside
      return {
        ...{ name: `${part}.${index}`, kind: 'bytenet-residual', shape: [positions, channels] },
        parameters: weights + 2 * (channels + 2 * inside) + 2 * inside + channels,
        multiplyAdds: positions * weights,
        activations: positions * (6 * channels + (8 + kernel) * inside),
      }
    }
    return pairInspection(
      [
        { name: 'embeddings', kind: 'embedding', shape: [columns, channels], parameters: (2 * levels + 1) * channels, multiplyAdds: 0, activations: 2 * columns * channels },
        ...encoder.map(block('encoder', columns)),
        { name: 'join', kind: 'dense', shape: [targets, channels], parameters: 2 * channels * channels + channels, multiplyAdds: 2 * targets * channels * channels, activations: 3 * targets * channels },
        ...decoder.map(block('decoder', targets)),
        { name: 'output', kind: 'dense', shape: [targets, levels], parameters: 2 * channels + (channels + 1) * levels, multiplyAdds: targets * channels * levels, activations: targets * (2 * channels + 2 * levels) },
      ],
      domain,
      options,
    )
  },
}

function preset(title: string, sizes: Partial<BytenetPairsConfig>, domain: Domain, steps: number): Preset<BytenetPairsConfig> {
  return { title, config: bytenetPairsSchema.parse(sizes), training: pairTraining(domain), budget: { steps } }
}
