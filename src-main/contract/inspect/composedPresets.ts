import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { PresetName } from '../records/model'
import type { Block } from './blocks/blocks'
import { MOST_ATTENDED_DIMENSIONS, MOST_ATTENDED_PIXELS } from './blocks/limits'
import type { ComposedConfig } from './composed'
import type { Preset } from './family'
import { headFor, inputFor, usualOutput } from './sequenceOutput'

interface Sizes {
  channels: number
  /** Groups of blocks, each ended by attention where the data is small enough for it. */
  stages: number
  layers: number
}

const sizesOf: Readonly<Record<PresetName, Sizes & { title: string; steps: number }>> = {
  small: { title: 'Minutes', channels: 24, stages: 1, layers: 3, steps: 1200 },
  standard: { title: 'Standard', channels: 48, stages: 2, layers: 3, steps: 5000 },
  paper: { title: 'Large', channels: 128, stages: 4, layers: 4, steps: 20_000 },
}

/** Starting points that no other family has: gated layers with attention in between, dilated convolutions under a Transformer. */
export function composedPresets(domain: Domain): Record<PresetName, Preset<ComposedConfig>> {
  const preset = (name: PresetName): Preset<ComposedConfig> => {
    const { title, steps, ...sizes } = sizesOf[name]
    const [layout, blocks] = domain.kind === 'image' ? (['image', imageBlocks(sizes, domain)] as const) : (['sequence', sequenceBlocks(sizes, domain)] as const)
    const series = isSeries(domain)
    const many = domain.levels > 16
    return {
      title,
      config: { layout, blocks, ordering: 'raster', orderingSeed: 0 },
      training: {
        batchSize: series ? 4 : many ? 8 : 16,
        learningRate: many || sizes.channels > 64 ? 1e-3 : 2e-3,
        schedule: { kind: 'cosine', floor: 0.01 },
        warmupSteps: 100,
        gradientClip: 1,
        ema: 0.999,
        validateEvery: 500,
        validExamples: series ? 100 : 1000,
        ...(series ? { windowSamples: 2048 } : {}),
      },
      budget: { steps },
    }
  }
  return { small: preset('small'), standard: preset('standard'), paper: preset('paper') }
}

function imageBlocks({ channels, stages, layers }: Sizes, domain: Domain): Block[] {
  const [height = 1, width = 1, groups = 1] = domain.shape
  const wide = Math.ceil(channels / groups) * groups
  const attends = height * width <= MOST_ATTENDED_PIXELS
  return [
    { kind: 'image-input' },
    { kind: 'gated-input', kernel: 7, channels: wide, shift: 1 },
    ...Array.from({ length: stages }, (): Block[] => [
      ...Array.from({ length: layers }, (): Block => ({ kind: 'gated-layer', kernel: 5 })),
      ...(attends ? [{ kind: 'causal-attention', heads: 1, width: Math.max(16, channels / 2) } satisfies Block] : []),
    ]).flat(),
    { kind: 'gated-layer', kernel: 3 },
    { kind: 'masked-conv', mask: 'B', kernel: 1, channels: wide, relu: true },
    { kind: 'image-head', ...(domain.levels > 16 ? { components: 5 } : {}) },
  ]
}

function sequenceBlocks({ channels, stages, layers }: Sizes, domain: Domain): Block[] {
  const dimensions = dimensionsOf(domain)
  const input: Block = { kind: 'sequence-embedding', channels, shift: 1, ...inputFor(domain) }
  if (isSeries(domain) || dimensions > MOST_ATTENDED_DIMENSIONS) {
    const skip = 2 * channels
    // A wide filter for what is near, then dilations 1, 2, 4 … as far as there is data.
    const depth = Math.max(1, Math.min(9, Math.ceil(Math.log2(dimensions + 1))))
    const stack = Array.from({ length: depth }, (_value, layer): Block => ({ kind: 'gated-residual', kernel: 2, dilation: 2 ** layer, skip, residual: true }))
    return [
      input,
      { kind: 'gated-residual', kernel: 4, dilation: 1, skip, residual: true },
      ...Array.from({ length: stages }, () => stack).flat(),
      { kind: 'sequence-head', hidden: skip, ...headFor(usualOutput(domain)) },
    ]
  }
  return [
    input,
    { kind: 'position-embedding' },
    ...Array.from({ length: stages }, (): Block[] => [
      ...Array.from({ length: layers }, (_value, layer): Block => ({ kind: 'gated-residual', kernel: 2, dilation: 2 ** layer, skip: 0, residual: true })),
      { kind: 'transformer-block', heads: 2, feedForward: 4 * channels, dropout: 0 },
    ]).flat(),
    { kind: 'projection-head', ...headFor(usualOutput(domain)) },
  ]
}
