import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { ReceptiveField } from '../records/model'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField } from './figures'
import { denseParameters, frameInputParameters, frameMisfits, frameOutputParameters, framesIn, inspectLatent, latentFields, latentTraining, positionParameters } from './latent'
import type { LatentParameter } from './latent'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { refusesManyLevels } from './refusals'
import { framePreset } from './vrnn'

export const stcnSchema = z.strictObject({
  channels: z.number().int().min(1).max(2048).default(48).meta({ title: 'Channels', description: 'C: width of every layer.' }),
  layers: z.number().int().min(1).max(20).default(6).meta({ title: 'Layers', description: 'Gated causal convolutions over frames, with dilations 1, 2, 4 …' }),
  kernel: z.number().int().min(2).max(16).default(2).meta({ title: 'Filter width', description: 'Frames that each dilated convolution combines.' }),
  latents: z
    .array(z.number().int().min(1).max(1024))
    .min(1)
    .max(12)
    .default([16, 8])
    .meta({ title: 'Latents', description: 'Sizes of the latent vectors of each frame, from the lowest, nearest the values, to the highest; each sits on deeper layers than the one below.' }),
  dense: z.boolean().default(true).meta({ title: 'Dense', description: 'The output reads the latents of every level (STCN-dense) instead of the lowest alone.' }),
  past: z.boolean().default(false).meta({ title: 'Output sees the past', description: 'The output also reads the convolutions over earlier frames, which in the paper reach it through the latents alone.' }),
  ...latentFields,
  ...orderingFields,
})
export type StcnConfig = z.infer<typeof stcnSchema>

/** The layer (counted from 1) whose features each level of the latents is computed from: spread evenly, the highest on the last. */
export const latentLayers = ({ layers, latents }: Pick<StcnConfig, 'layers' | 'latents'>): number[] =>
  latents.map((_size, level) => Math.max(1, Math.round((layers * (level + 1)) / latents.length)))

/** What the output is told of a frame. */
export const outputInputs = ({ channels, latents, dense, past }: StcnConfig): number =>
  (dense ? latents.reduce((sum, size) => sum + size, 0) : latents[0]!) + (past ? channels : 0)

/** Every weight by name, with its shape; what each computes is said in ml/models/stcn. */
export function stcnParameters(config: StcnConfig, domain: Domain): LatentParameter[] {
  const { channels: C, layers, kernel, latents } = config
  return [
    ...frameInputParameters(config, C, domain),
    ...Array.from({ length: layers }, (_value, layer) => [
      ...denseParameters('convolutions', `layers.${layer}.gates`, kernel * C, 2 * C),
      ...denseParameters('convolutions', `layers.${layer}.residual`, C, C),
    ]).flat(),
    ...positionParameters(config, C, domain),
    ...latents.flatMap((size, level) => {
      const inputs = C + (latents[level + 1] ?? 0)
      return (['prior', 'posterior'] as const).flatMap((part) => [
        ...denseParameters(part, `${part}.${level}.hidden`, inputs, C),
        ...denseParameters(part, `${part}.${level}.output`, C, 2 * size),
      ])
    }),
    ...denseParameters('output', 'decoder', outputInputs(config), C),
    ...frameOutputParameters(config, C, C, domain),
  ]
}

/** Frames before its own that a conditional sees: (kernel − 1) Σ dilation + 1. */
export const stcnFramesSeen = ({ kernel, layers }: Pick<StcnConfig, 'kernel' | 'layers'>): number => (kernel - 1) * (2 ** layers - 1) + 1

/** Values of context that make scoring in windows exact, in whole frames. */
export const stcnContext = (config: StcnConfig): number =>
  Math.ceil(Math.max((stcnFramesSeen(config) + 1) * config.frame, config.reach + 1) / config.frame) * config.frame

export const stcn: FamilyDescription<StcnConfig> = {
  id: 'stcn',
  title: 'STCN',
  description:
    'A stochastic temporal convolutional network: a hierarchy of latent vectors on dilated causal convolutions, the higher ones seeing further back. ' +
    'The likelihood has no closed form; training maximises the ELBO, and scores are an importance-weighted bound, an upper bound on the NLL.',
  reference: 'Aksan & Hilliges (2019), STCN: Stochastic Temporal Convolutional Networks; Burda, Grosse & Salakhutdinov (2016), Importance Weighted Autoencoders',
  equation: 'd_t = TCN(x_1 … x_t),  z_t⁽ˡ⁾ ~ N(μ, σ²)(d_{t−1}, z_t⁽ˡ⁺¹⁾),  x_t ~ softmax(f(z_t⁽¹⁾ … z_t⁽ᴸ⁾));  −log p(x) ≤ −Σ_t E log 1/K Σ_k p(x_t, z_k | x_<t) / q(z_k | x_1 … x_t)',
  cost: 'O(layers) per frame of F values, all frames at once, K times the latents for a score; a sample takes O(layers) per frame and one output per value',
  domains: ['audio', 'text', 'any discrete sequence, raster or table'],
  sampling: 'cached',
  latents: true,
  group: 'audio',
  schema: stcnSchema,
  refuses: (domain) => refusesManyLevels('STCN', domain),
  misfit: (config, domain) => misfits(config, domain)[0] ?? null,
  misfits,
  presets: (domain) => ({
    small: preset('Minutes', { channels: 32, layers: 6, latents: [12, 6], past: true }, domain, 1200),
    standard: preset('Standard: 7 layers of 64, 3 levels', { channels: 64, layers: 7, latents: [32, 16, 8], past: true, importanceSamples: 16 }, domain, 6000),
    paper: { ...preset('Large: 10 layers of 256, 5 levels', { channels: 256, layers: 10, latents: [256, 128, 64, 32, 16], importanceSamples: 40 }, domain, 100_000), budget: { epochs: 100 } },
  }),
  inspect(config, domain, options = {}) {
    const { channels: C, latents } = config
    const frames = framesIn(dimensionsOf(domain), config)
    const total = latents.reduce((sum, size) => sum + size, 0)
    return inspectLatent(
      {
        parameters: stcnParameters(config, domain),
        parts: [
          { part: 'input', kind: 'embedding of frames', shape: [frames, C] },
          { part: 'convolutions', kind: 'gated causal convolutions', shape: [frames, C] },
          { part: 'position', kind: 'position', shape: [frames, C] },
          { part: 'prior', kind: 'prior of the latents', shape: [frames, 2 * total] },
          { part: 'posterior', kind: 'inference of the latents', shape: [frames, 2 * total] },
          { part: 'output', kind: 'output', shape: [dimensionsOf(domain), C] },
        ],
        activationsPerFrame: C * (config.layers * (config.kernel + 7) + 6 * latents.length + 4) + 20 * total + config.frame * (C + config.embedding),
        units: C,
        receptiveField: fieldOf(config, domain, options.pixel),
      },
      config,
      domain,
      options,
    )
  },
}

/** Examples of one shape, whose position is told to every frame, are looked at as a whole only where the convolutions reach their start. */
function fieldOf(config: StcnConfig, domain: Domain, pixel?: [number, number]): ReceptiveField {
  const steps = dimensionsOf(domain)
  const earlier = stcnFramesSeen(config) * config.frame
  const all = earlier + config.frame >= steps
  if (all && domain.kind === 'image') return denseReceptiveField(domain, configuredOrdering(config, domain), pixel)
  const size = Math.min(steps - 1, earlier + Math.min(config.reach, config.frame - 1))
  const milliseconds = domain.sampleRate ? (1000 * size) / domain.sampleRate : undefined
  const text = `${count(Math.min(steps - 1, earlier))} ${domain.kind === 'audio' ? 'samples' : 'values'} of earlier frames${milliseconds === undefined ? '' : ` (${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms)`}`
  return { text, size, ...(milliseconds === undefined ? {} : { milliseconds }) }
}

function misfits(config: StcnConfig, domain: Domain) {
  const found = frameMisfits(config, domain)
  if (config.latents.length > config.layers)
    found.push({ field: 'latents', message: `has ${config.latents.length} levels, but there are ${config.layers} layers to sit on. Choose at most as many levels as layers.` })
  return found
}

function preset(title: string, sizes: Partial<StcnConfig>, domain: Domain, steps: number): Preset<StcnConfig> {
  const frame = framePreset(domain)
  // A short sequence needs no dilation beyond its length.
  const layers = Math.max(1, Math.min(sizes.layers!, Math.ceil(Math.log2(dimensionsOf(domain) / frame + 1))))
  const reach = isSeries(domain) ? Math.min(16, dimensionsOf(domain) - 1) : frame > 1 ? frame - 1 : 0
  return {
    title,
    config: stcnSchema.parse({ ...sizes, layers, latents: sizes.latents!.slice(0, layers), frame, reach: Math.max(0, Math.min(512, reach)) }),
    training: latentTraining(domain),
    budget: { steps },
  }
}
