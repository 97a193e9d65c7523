import { z } from 'zod'
import { dimensionsOf } from '../domain'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import type { LocalConditionConfig } from './localCondition'
import { localConditionBlocks, localConditionFields } from './localCondition'
import type { FamilyDescription, Preset } from './family'
import { sequenceTraining } from './sequenceTraining'
import { headFor, inputFor, outputFields, outputMisfit, usualOutput } from './sequenceOutput'
import type { OutputConfig } from './sequenceOutput'

export const waveNetSchema = z.strictObject({
  stacks: z.number().int().min(1).max(16).default(2).meta({ title: 'Stacks', description: 'How often the dilations start again from 1.' }),
  layersPerStack: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(9)
    .meta({ title: 'Layers per stack', description: 'Dilations 1, 2, 4 … in each stack: every layer doubles the reach.' }),
  kernel: z
    .union([z.literal(2), z.literal(3)])
    .default(2)
    .meta({ title: 'Filter width', description: 'Samples that each dilated convolution combines.' }),
  residual: z.number().int().min(1).max(1024).default(32).meta({ title: 'Residual channels' }),
  skip: z.number().int().min(1).max(2048).default(64).meta({ title: 'Skip channels' }),
  head: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(128)
    .meta({ title: 'Output channels', description: 'Channels of the 1 × 1 convolution before the output.' }),
  ...localConditionFields,
  ...outputFields,
})
export type WaveNetConfig = z.infer<typeof waveNetSchema>

type Shape = Omit<WaveNetConfig, keyof LocalConditionConfig | keyof OutputConfig>

/** The block list that a configuration stands for; one that says nothing of a condition has none. */
export function waveNetBlocks(config: Shape & Partial<LocalConditionConfig & OutputConfig>, domain: Pick<Domain, 'classes' | 'features' | 'levels'>): Block[] {
  const layers = config.stacks * config.layersPerStack
  return [
    { kind: 'sequence-embedding', channels: config.residual, shift: 1, ...inputFor(domain) },
    ...localConditionBlocks({ condition: 'none', conditionSize: 0, upsampling: 'repeat', ...config }, domain),
    ...Array.from({ length: layers }, (_value, layer): Block => ({
      kind: 'gated-residual',
      kernel: config.kernel,
      dilation: 2 ** (layer % config.layersPerStack),
      skip: config.skip,
      residual: layer < layers - 1,
    })),
    { kind: 'sequence-head', hidden: config.head, ...headFor(config) },
  ]
}

/** Samples of context that one conditional sees: (kernel − 1) · Σ dilation + 1. */
export function waveNetReceptiveField(config: Pick<Shape, 'kernel' | 'stacks' | 'layersPerStack'>): number {
  return (config.kernel - 1) * config.stacks * (2 ** config.layersPerStack - 1) + 1
}

export const wavenet: FamilyDescription<WaveNetConfig> = {
  id: 'wavenet',
  title: 'WaveNet',
  description:
    'Causal dilated convolutions with gated units over the sequence of samples: audio under μ-law or of 16 bits, and any other discrete sequence. ' +
    'Can be conditioned on a class, such as the word or the speaker, a vector, or features that change with time, such as log-mel energies.',
  reference: 'van den Oord et al. (2016), WaveNet: A Generative Model for Raw Audio',
  equation: 'z = tanh(W_f ∗ h + V_f c) ⊙ σ(W_g ∗ h + V_g c),  h ← h + W_r z,  p(x_t | x_<t) = softmax(g(Σ W_s z))_t',
  cost: 'O(layers) per sample of audio, both ways',
  domains: ['audio', 'text', 'any discrete sequence or raster'],
  sampling: 'cached',
  group: 'audio',
  schema: waveNetSchema,
  refuses: () => null,
  misfit: outputMisfit,
  presets: (domain) => ({
    small: waveNetPreset('Minutes', { stacks: 2, layersPerStack: 8, kernel: 2, residual: 24, skip: 48, head: 64 }, domain, 1200),
    standard: waveNetPreset('Standard', { stacks: 2, layersPerStack: 9, kernel: 2, residual: 32, skip: 64, head: 128 }, domain, 3000),
    paper: waveNetPreset(
      'Paper: 3 stacks of 10',
      { stacks: 3, layersPerStack: 10, kernel: 2, residual: 64, skip: 256, head: 256 },
      domain,
      200_000,
    ),
  }),
  blocks: (config, domain) => ({ layout: 'sequence', blocks: waveNetBlocks(config, domain) }),
  inspect: (config, domain, options) => inspectBlocks('sequence', waveNetBlocks(config, domain), domain, options),
}

/** Sound: many small steps at a high rate, which gated layers bear. On spoken digits they reached in the same minutes 0.1 nats/sample less than 4 windows at 2e-3. */
const FEW_AT_ONCE = { batchSize: 2, learningRate: 5e-3, ema: 0.999, validateEvery: 500 }

function waveNetPreset(title: string, config: Shape, domain: Domain, steps: number): Preset<WaveNetConfig> {
  // A short sequence needs no dilation beyond its length.
  const layersPerStack = Math.max(1, Math.min(config.layersPerStack, Math.ceil(Math.log2(dimensionsOf(domain) + 1))))
  return {
    title,
    config: { ...config, layersPerStack, condition: 'none', conditionSize: 0, upsampling: 'repeat', ...usualOutput(domain) },
    training: { ...sequenceTraining(domain), ...(domain.kind === 'audio' ? FEW_AT_ONCE : {}) },
    budget: { steps: domain.kind === 'audio' ? 2 * steps : steps },
  }
}
