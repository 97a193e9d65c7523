import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { dropoutSchema } from './blocks/transformerBlock'
import type { FamilyDescription, Preset } from './family'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { sequenceTraining } from './sequenceTraining'
import { headFor, inputFor, outputFields, outputMisfit, usualOutput } from './sequenceOutput'

export const tcnSchema = z.strictObject({
  channels: z.number().int().min(1).max(2048).default(48).meta({ title: 'Channels', description: 'Width of every layer.' }),
  layers: z.number().int().min(1).max(16).default(8).meta({ title: 'Blocks', description: 'Residual blocks of two convolutions each, with dilations 1, 2, 4 …' }),
  kernel: z.number().int().min(2).max(16).default(3).meta({ title: 'Filter width', description: 'Values that each dilated convolution combines.' }),
  weightNorm: z.boolean().default(true).meta({ title: 'Weight normalisation', description: 'Each output’s weights as a direction and a length.' }),
  dropout: dropoutSchema.default(0).meta({ title: 'Dropout', description: 'Share of activations dropped while training.' }),
  ...orderingFields,
  ...outputFields,
})
export type TcnConfig = z.infer<typeof tcnSchema>

/** The block list that a configuration stands for. */
export function tcnBlocks({ channels, layers, kernel, weightNorm, dropout, ...output }: TcnConfig, domain: Pick<Domain, 'levels'>): Block[] {
  return [
    { kind: 'sequence-embedding', channels, shift: 1, ...inputFor(domain) },
    ...Array.from({ length: layers }, (_value, layer): Block => ({ kind: 'causal-residual', kernel, dilation: 2 ** layer, weightNorm, dropout })),
    { kind: 'projection-head', ...headFor(output) },
  ]
}

/** Values of context that one conditional sees: 2 (kernel − 1) Σ dilation + 1. */
export const tcnReceptiveField = ({ kernel, layers }: Pick<TcnConfig, 'kernel' | 'layers'>): number => 2 * (kernel - 1) * (2 ** layers - 1) + 1

export const tcn: FamilyDescription<TcnConfig> = {
  id: 'tcn',
  title: 'TCN',
  description: 'A temporal convolutional network: residual blocks of two causal dilated convolutions, without the gates and skip paths of WaveNet.',
  reference: 'Bai, Kolter & Koltun (2018), An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling',
  equation: 'h ← relu(h + relu(W₂ ∗_d relu(W₁ ∗_d h))),  d = 1, 2, 4 …;  p(x_t | x_<t) = softmax(V LN(h_t))',
  cost: 'O(layers) per value of a sequence, both ways',
  domains: ['audio', 'text', 'any discrete sequence or raster'],
  sampling: 'cached',
  group: 'audio',
  schema: tcnSchema,
  refuses: () => null,
  misfit: outputMisfit,
  presets: (domain) => ({
    small: preset('Minutes', { channels: 32, layers: 7 }, domain, 1200),
    standard: preset('Standard: 8 blocks of 48', { channels: 48, layers: 8 }, domain, 3000),
    paper: preset('Paper: 8 blocks of 150, filter width 5', { channels: 150, layers: 8, kernel: 5, dropout: 0.1 }, domain, 100_000),
  }),
  blocks: (config, domain) => ({ layout: 'sequence', blocks: tcnBlocks(config, domain), ordering: config.ordering, orderingSeed: config.orderingSeed }),
  inspect: (config, domain, options) =>
    inspectBlocks('sequence', tcnBlocks(config, domain), domain, { ...options, ...(domain.kind === 'image' ? { ordering: configuredOrdering(config, domain) } : {}) }),
}

function preset(title: string, sizes: Partial<TcnConfig>, domain: Domain, steps: number): Preset<TcnConfig> {
  const config = tcnSchema.parse(sizes)
  // A short sequence needs no dilation beyond its length.
  const layers = Math.max(1, Math.min(config.layers, Math.ceil(Math.log2(dimensionsOf(domain) / 2 + 1))))
  return {
    title,
    config: { ...config, layers, ...usualOutput(domain) },
    training: sequenceTraining(domain),
    budget: { steps },
  }
}
