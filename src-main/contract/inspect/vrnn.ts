import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField } from './figures'
import {
  denseParameters,
  frameFor,
  frameInputParameters,
  frameMisfits,
  frameOutputParameters,
  framesIn,
  inspectLatent,
  latentFields,
  latentTraining,
  MOST_FRAMES,
  positionParameters,
} from './latent'
import type { LatentParameter } from './latent'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { refusesManyLevels } from './refusals'

export const vrnnSchema = z.strictObject({
  latent: z.number().int().min(1).max(1024).default(16).meta({ title: 'Latents', description: 'Z: size of the latent vector of each frame.' }),
  hidden: z.number().int().min(1).max(4096).default(128).meta({ title: 'Hidden units', description: 'H: size of the LSTM state that is carried from frame to frame.' }),
  features: z.number().int().min(1).max(4096).default(64).meta({ title: 'Features', description: 'X: width of the nets around the state: of the values, the latents, the prior, the inference and the output.' }),
  ...latentFields,
  ...orderingFields,
})
export type VrnnConfig = z.infer<typeof vrnnSchema>

/** Every weight by name, with its shape; what each computes is said in ml/models/vrnn. */
export function vrnnParameters(config: VrnnConfig, domain: Domain): LatentParameter[] {
  const { latent: Z, hidden: H, features: X } = config
  return [
    ...frameInputParameters(config, X, domain),
    ...positionParameters(config, H, domain),
    ...denseParameters('prior', 'prior.hidden', H, X),
    ...denseParameters('prior', 'prior.output', X, 2 * Z),
    ...denseParameters('posterior', 'posterior.hidden', X + H, X),
    ...denseParameters('posterior', 'posterior.output', X, 2 * Z),
    ...denseParameters('recurrence', 'latent', Z, X),
    ...denseParameters('recurrence', 'recurrence', 2 * X + H, 4 * H),
    ...denseParameters('output', 'decoder', X + H, X),
    ...frameOutputParameters(config, X, X, domain),
  ]
}

export const vrnn: FamilyDescription<VrnnConfig> = {
  id: 'vrnn',
  title: 'VRNN',
  description:
    'A recurrent net with a latent vector at every frame of values: chance enters the state, not only the values. The likelihood has no closed form; ' +
    'training maximises the ELBO, and scores are an importance-weighted bound, an upper bound on the NLL.',
  reference: 'Chung, Kastner, Dinh, Goel, Courville & Bengio (2015), A Recurrent Latent Variable Model for Sequential Data; Burda, Grosse & Salakhutdinov (2016), Importance Weighted Autoencoders',
  equation: 'z_t ~ N(μ, σ²)(h_{t−1}),  x_t ~ softmax(f(z_t, h_{t−1})),  h_t = LSTM(x_t, z_t, h_{t−1});  −log p(x) ≤ −E log 1/K Σ_k p(x, z_k) / q(z_k | x)',
  cost: 'one LSTM step per frame of F values, K times for a score; a sample takes one step per frame and one output per value',
  domains: ['audio', 'text', 'any discrete sequence, raster or table'],
  sampling: 'cached',
  latents: true,
  group: 'recurrent',
  smallOperations: true,
  schema: vrnnSchema,
  refuses(domain) {
    const tooMany = refusesManyLevels('VRNN', domain)
    if (tooMany !== null) return tooMany
    const most = MOST_FRAMES * 64
    const steps = dimensionsOf(domain)
    if (steps <= most) return null
    return `VRNN takes at most ${count(most)} values, in frames one after the other, but examples here have up to ${count(steps)}. Choose STCN or WaveNet, or import the data ${isSeries(domain) ? 'cut into shorter pieces' : 'smaller'}.`
  },
  misfit: (config, domain) => frameMisfits(config, domain, MOST_FRAMES)[0] ?? null,
  misfits: (config, domain) => frameMisfits(config, domain, MOST_FRAMES),
  presets: (domain) => ({
    small: preset('Minutes', { latent: 8, hidden: 64, features: 48 }, domain, 1200),
    standard: preset('Standard: 128 units, 16 latents', { latent: 16, hidden: 128, features: 96, importanceSamples: 16 }, domain, 6000),
    paper: { ...preset('Large: 2,000 units, 200 latents', { latent: 200, hidden: 2000, features: 500, importanceSamples: 40 }, domain, 20_000), budget: { epochs: 100 } },
  }),
  inspect(config, domain, options = {}) {
    const { latent: Z, hidden: H, features: X } = config
    const frames = framesIn(dimensionsOf(domain), config)
    const noun = domain.kind === 'audio' ? 'samples' : domain.kind === 'text' ? 'characters' : 'values'
    const field = isSeries(domain)
      ? { text: `all earlier ${noun}`, size: dimensionsOf(domain) - 1 }
      : denseReceptiveField(domain, configuredOrdering(config, domain), options.pixel)
    // A frame's values read those of earlier frames through the state, and of their own what the reach covers.
    const within = config.frame > 1 && config.reach < config.frame - 1
    const inspection = inspectLatent(
      {
        parameters: vrnnParameters(config, domain),
        parts: [
          { part: 'input', kind: 'embedding of frames', shape: [frames, X] },
          { part: 'position', kind: 'position', shape: [frames, H] },
          { part: 'prior', kind: 'prior of the latents', shape: [frames, 2 * Z] },
          { part: 'posterior', kind: 'inference of the latents', shape: [frames, 2 * Z] },
          { part: 'recurrence', kind: 'LSTM', shape: [frames, H] },
          { part: 'output', kind: 'output', shape: [dimensionsOf(domain), X] },
        ],
        activationsPerFrame: 20 * H + 10 * X + 14 * Z + config.frame * (X + config.embedding),
        units: X,
        receptiveField: within ? { ...field, text: `${field.text} of earlier frames, ${config.reach === 0 ? 'none' : `the last ${count(config.reach)}`} of its own` } : field,
      },
      config,
      domain,
      options,
    )
    return isSeries(domain) ? { ...inspection, trainingContext: trainingContext(config) } : inspection
  },
}

/** Values before a window of a series in which the state grows before anything counts, in whole frames. */
export const trainingContext = ({ frame }: Pick<VrnnConfig, 'frame'>): number => Math.ceil(TRAINING_CONTEXT / frame) * frame
const TRAINING_CONTEXT = 512

function preset(title: string, sizes: Partial<VrnnConfig>, domain: Domain, steps: number): Preset<VrnnConfig> {
  const frame = framePreset(domain)
  const reach = isSeries(domain) ? Math.min(16, dimensionsOf(domain) - 1) : frame > 1 ? frame - 1 : 0
  return {
    title,
    config: vrnnSchema.parse({ ...sizes, frame, reach: Math.max(0, Math.min(512, reach)) }),
    training: latentTraining(domain),
    budget: { steps },
  }
}

/** Recordings in frames of 16 samples and more, pictures row by row, text character by character. */
export function framePreset(domain: Domain): number {
  if (domain.kind === 'audio') return frameFor(domain, 16, MOST_FRAMES)
  if (domain.kind === 'image') return frameFor(domain, (domain.shape[1] ?? 1) * (domain.shape[2] ?? 1), MOST_FRAMES)
  return frameFor(domain, 1, MOST_FRAMES / 2)
}
