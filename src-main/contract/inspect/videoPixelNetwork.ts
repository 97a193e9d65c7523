import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, framesOf } from '../domain'
import type { Inspection } from '../records/model'
import type { Block } from './blocks/blocks'
import { blockContext, inspectBlocks, traceNeeds, walkBlocks } from './blocks/inspectBlocks'
import { emptySet } from './blocks/stream'
import { colourChannels } from './colourChannels'
import type { FamilyDescription, InspectOptions, Preset } from './family'
import { count, describeDomain, trainingMemory } from './figures'
import { gatedPixelCnnBlocks, gatedPixelCnnSchema } from './gatedPixelcnn'

type BlockInspection = Inspection['blocks'][number]

const gatedFields = gatedPixelCnnSchema.shape

export const videoPixelNetworkSchema = z.strictObject({
  context: z.enum(['recurrent', 'last-frame', 'none']).default('recurrent').meta({
    title: 'Earlier frames',
    description: 'What a frame is given: all frames before it through a convolutional LSTM, the last one alone, or nothing (a PixelCNN of single frames).',
  }),
  encoderChannels: z.number().int().min(1).max(1024).default(24).meta({ title: 'Encoder channels', description: 'Features of each pixel of an earlier frame.' }),
  encoderBlocks: z.number().int().min(0).max(32).default(2).meta({ title: 'Encoder blocks', description: 'Residual blocks of two 3 × 3 convolutions: each sees two pixels further.' }),
  stateChannels: z.number().int().min(1).max(1024).default(24).meta({ title: 'State channels', description: 'Channels of the state of the convolutional LSTM; unused without one.' }),
  channels: gatedFields.channels,
  layers: z.number().int().min(0).max(64).default(4).meta({ title: 'Decoder layers', description: 'Gated layers of the PixelCNN after the first one.' }),
  kernel: gatedFields.kernel,
  firstKernel: gatedFields.firstKernel,
  headChannels: gatedFields.headChannels,
  conditionals: gatedFields.conditionals,
  components: gatedFields.components,
})
export type VideoPixelNetworkConfig = z.infer<typeof videoPixelNetworkSchema>

/** One frame as an image. */
export function frameDomain(domain: Domain): Domain {
  return { ...domain, kind: 'image', shape: domain.shape.slice(1) }
}

/** Features of each pixel that the decoder is given: the last frame's encoding and, behind it, the state of the recurrence. */
export const contextSize = ({ context, encoderChannels, stateChannels }: VideoPixelNetworkConfig): number =>
  context === 'none' ? 0 : encoderChannels + (context === 'recurrent' ? stateChannels : 0)

/** The decoder: Gated PixelCNN's stacks over one frame, with the context in their gates where there is one. */
export function decoderBlocks(config: VideoPixelNetworkConfig, domain: Domain): Block[] {
  const [input, ...rest] = gatedPixelCnnBlocks({ ...config, condition: 'none', conditionSize: 0 }, domain)
  const size = contextSize(config)
  return size === 0 ? [input!, ...rest] : [input!, { kind: 'context-input', channels: size }, ...rest]
}

/** Tensors of the encoder, of the recurrence and of what stands for the frame before the first: name, shape and where they belong. */
export function contextParameters(config: VideoPixelNetworkConfig, channels: number): Array<{ part: 'encoder' | 'lstm' | 'start'; name: string; shape: number[] }> {
  const { context, encoderChannels: F, encoderBlocks, stateChannels: S } = config
  if (context === 'none') return []
  const convolution = (part: 'encoder' | 'lstm', name: string, inputs: number, outputs: number, bias = true) => [
    { part, name: `${name}.weight`, shape: [3, 3, inputs, outputs] },
    ...(bias ? [{ part, name: `${name}.bias`, shape: [outputs] }] : []),
  ]
  return [
    ...convolution('encoder', 'encoder.input', channels + 1, F),
    ...Array.from({ length: encoderBlocks }, (_value, block) => [...convolution('encoder', `encoder.${block}.first`, F, F), ...convolution('encoder', `encoder.${block}.second`, F, F)]).flat(),
    ...(context === 'recurrent' ? [...convolution('lstm', 'lstm.input', F, 4 * S), ...convolution('lstm', 'lstm.state', S, 4 * S, false)] : []),
    { part: 'start' as const, name: 'start', shape: [contextSize(config)] },
  ]
}

/** How far the encoding of a pixel sees in its frame. */
export const encoderReach = ({ encoderBlocks }: Pick<VideoPixelNetworkConfig, 'encoderBlocks'>): number => 1 + 2 * encoderBlocks

/** How far a frame is seen from one so many frames later; −1 where it is not. */
export function reachInto(config: VideoPixelNetworkConfig, framesBack: number): number {
  if (config.context === 'none' || (config.context === 'last-frame' && framesBack > 1)) return -1
  return encoderReach(config) + (config.context === 'recurrent' ? framesBack : 0)
}

/** Which dimensions the conditional of one dimension depends on, by the dependency rules of its parts: D flags. */
export function seenBy(config: VideoPixelNetworkConfig, domain: Domain, dimension: number): Uint8Array {
  const image = frameDomain(domain)
  const context = blockContext('image', image)
  const { height, width, groups } = context.grid
  const [plane, perFrame] = [height * width, height * width * groups]
  const [frame, within] = [Math.floor(dimension / perFrame), dimension % perFrame]
  const from = emptySet(context.grid)
  from[(within % groups) * plane + Math.floor(within / groups)] = 1
  const need = traceNeeds(walkBlocks(decoderBlocks(config, domain), context), from, context)
  const seen = new Uint8Array(dimensionsOf(domain))
  for (let cell = 0; cell < plane; cell++) for (let group = 0; group < groups; group++) if (need.main[group * plane + cell]) seen[frame * perFrame + cell * groups + group] = 1
  for (let back = 1; back <= frame; back++) {
    const reach = reachInto(config, back)
    if (reach < 0) break
    need.context?.forEach((flag, cell) => {
      if (!flag) return
      const [row, column] = [Math.floor(cell / width), cell % width]
      for (let r = Math.max(0, row - reach); r <= Math.min(height - 1, row + reach); r++) {
        const start = (frame - back) * perFrame + (r * width + Math.max(0, column - reach)) * groups
        seen.fill(1, start, start + (Math.min(width - 1, column + reach) - Math.max(0, column - reach) + 1) * groups)
      }
    })
  }
  return seen
}

export const videoPixelNetwork: FamilyDescription<VideoPixelNetworkConfig> = {
  id: 'video-pixel-network',
  title: 'Video pixel network',
  description:
    'Encodes each frame, carries what it saw through time in a convolutional LSTM, and generates the next frame pixel by pixel with a gated PixelCNN that is ' +
    'given both. Without the recurrence it sees the last frame alone; without either it is a PixelCNN of single frames.',
  reference: 'Kalchbrenner, van den Oord, Simonyan, Danihelka, Vinyals, Graves & Kavukcuoglu (2016), Video Pixel Networks; Shi et al. (2015), Convolutional LSTM Network',
  equation: 'p(x) = ∏_t ∏_i p(x_t,i | x_t,<i, x_<t); s_t = ConvLSTM(e(x_t−1), s_t−1), the gates of frame t given [e(x_t−1), s_t]',
  cost: 'one pass of encoder and decoder per frame, the recurrence frame after frame; a sample takes one encoder pass per frame and one decoder step per pixel',
  domains: ['binary video', 'grey and RGB video'],
  sampling: 'cached',
  group: 'convolutional',
  schema: videoPixelNetworkSchema,
  refuses: (domain) =>
    domain.kind === 'video' ? null : `The video pixel network models video, but this is ${describeDomain(domain)}. Choose ${domain.kind === 'image' ? 'Gated PixelCNN' : domain.kind === 'audio' ? 'WaveNet' : 'MADE'}.`,
  presets: (domain) => ({
    small: preset('Minutes', { encoderChannels: 16, encoderBlocks: 1, stateChannels: 16, channels: 16, layers: 2, kernel: 3, firstKernel: 5, headChannels: 32 }, domain, 1500),
    standard: preset('Standard: 4 layers of 32', { encoderChannels: 32, encoderBlocks: 2, stateChannels: 32, channels: 32, layers: 4, kernel: 5, firstKernel: 7, headChannels: 64 }, domain, 6000),
    paper: {
      ...preset('Paper: 8 encoder blocks and 12 decoder layers of 128', { encoderChannels: 128, encoderBlocks: 8, stateChannels: 256, channels: 128, layers: 12, kernel: 3, firstKernel: 7, headChannels: 768 }, domain, 8000),
      budget: { epochs: 100 },
    },
  }),
  inspect,
}

function inspect(config: VideoPixelNetworkConfig, domain: Domain, options: InspectOptions = {}): Inspection {
  const [frames = 1, height = 1, width = 1, channels = 1] = domain.shape
  const { batchSize = 100 } = options
  const decoder = inspectBlocks('image', decoderBlocks(config, domain), frameDomain(domain), { ...options, batchSize: batchSize * frames })
  const named = contextParameters(config, channels)
  const size = ({ shape }: { shape: number[] }): number => shape.reduce((product, side) => product * side, 1)
  const area = height * width
  const parts = (['encoder', 'lstm', 'start'] as const).flatMap((part): BlockInspection[] => {
    const own = named.filter((entry) => entry.part === part)
    if (own.length === 0) return []
    const weights = own.filter(({ shape }) => shape.length === 4).reduce((sum, entry) => sum + size(entry), 0)
    const outputs = part === 'encoder' ? config.encoderChannels : part === 'lstm' ? config.stateChannels : contextSize(config)
    return [
      {
        name: part,
        kind: part === 'encoder' ? 'residual convolutions' : part === 'lstm' ? 'convolutional LSTM' : 'start',
        shape: part === 'start' ? [outputs] : [frames - 1, height, width, outputs],
        parameters: own.reduce((sum, entry) => sum + size(entry), 0),
        multiplyAdds: (frames - 1) * area * weights,
      },
    ]
  })
  const blocks = [
    ...parts,
    ...decoder.blocks.map((block) => ({ ...block, name: `decoder.${block.name}`, multiplyAdds: block.multiplyAdds * frames })),
  ]
  // Encoder: two maps a block and its input; recurrence: gates, cell, state and what the sums keep.
  const encoderMaps = config.context === 'none' ? 0 : config.encoderChannels * (2 + 4 * config.encoderBlocks)
  const stateMaps = config.context === 'recurrent' ? 16 * config.stateChannels : 0
  const own = {
    parameters: parts.reduce((sum, { parameters }) => sum + parameters, 0),
    activationsPerExample: (frames - 1) * area * (encoderMaps + stateMaps) + frames * area * contextSize(config),
    batchSize,
  }
  const process = trainingMemory({ parameters: 0, activationsPerExample: 0, batchSize: 1 })
  return {
    parameters: blocks.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: blocks.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    receptiveField: { text: `${decoder.receptiveField.text} in its own frame; ${inEarlierFrames(config, domain)}`, size: fieldSize(config, domain) },
    blocks,
    causal: decoder.causal,
    leaks: decoder.leaks.map((leak) => ({ ...leak, block: `decoder.${leak.block}` })),
    trainingMemoryBytes: decoder.trainingMemoryBytes + trainingMemory(own) - process,
  }
}

function inEarlierFrames(config: VideoPixelNetworkConfig, domain: Domain): string {
  const reach = reachInto(config, 1)
  if (reach < 0) return 'nothing of other frames'
  const around = `the last frame ${count(reach)} pixels around what it sees`
  if (config.context === 'last-frame') return around
  return `${around}, each of the ${count(Math.max(0, framesOf(domain) - 2))} before it one pixel further`
}

/** Of the pixels of the last frame, the most that any sees is near enough that of its centre. */
function fieldSize(config: VideoPixelNetworkConfig, domain: Domain): number {
  const [frames = 1, height = 1, width = 1, channels = 1] = domain.shape
  const sizeAt = (row: number, column: number): number =>
    seenBy(config, domain, ((frames - 1) * height * width + row * width + column + 1) * channels - 1).reduce((sum, flag) => sum + flag, 0)
  return Math.max(sizeAt(height >> 1, width >> 1), sizeAt(height - 1, width >> 1), sizeAt(height - 1, width - 1))
}

function preset(
  title: string,
  config: Pick<VideoPixelNetworkConfig, 'encoderChannels' | 'encoderBlocks' | 'stateChannels' | 'channels' | 'layers' | 'kernel' | 'firstKernel' | 'headChannels'>,
  domain: Domain,
  steps: number,
): Preset<VideoPixelNetworkConfig> {
  const even = (channels: number): number => colourChannels(domain, channels)
  const many = domain.levels > 16
  return {
    title,
    config: {
      context: 'recurrent',
      ...config,
      channels: even(config.channels),
      headChannels: even(config.headChannels),
      conditionals: many ? 'logistics' : 'softmax',
      components: 5,
    },
    training: {
      batchSize: 8,
      learningRate: 2e-3,
      // Rare steps through time have gradients many times larger than the others'.
      gradientClip: many ? 5 : 50,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 50,
      ema: 0.999,
      validateEvery: 250,
      validExamples: 200,
    },
    budget: { steps },
  }
}
