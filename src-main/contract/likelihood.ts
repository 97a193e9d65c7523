import { z } from 'zod'
import { nllUnitSchema, splitNameSchema } from './domain'

/**
 * A negative log-likelihood with everything needed to compare it honestly.
 * nats: mean per example ('nats/example') per sample of audio ('nats/sample') or per frame of video ('nats/frame'); bitsPerDim = nats per dimension / ln 2.
 */
export const likelihoodSchema = z.object({
  nats: z.number(),
  unit: nllUnitSchema,
  bitsPerDim: z.number(),
  /** Standard error of `nats` over examples (clips for audio: ratio estimator), same unit. */
  standardError: z.number().nonnegative(),
  /** Video: nats of a whole clip. */
  perClip: z.number().optional(),
  examples: z.number().int().nonnegative(),
  dimensions: z.number().int().nonnegative(),
  split: splitNameSchema,
  /** False when the number is an upper bound, averaged over `draws` of the noise: the density of dequantised values, or with `latents` an importance-weighted one. */
  exact: z.boolean(),
  /** Draws of the noise for each example; absent when exact. */
  draws: z.number().int().positive().optional(),
  /**
   * Of a model with latent variables: the draws of the latents that each of `draws` weighs (K of IWAE; 1 would be the ELBO), and the Monte-Carlo
   * standard error of `nats` by these draws alone, same unit. Another K gives another bound.
   */
  latents: z.object({ samples: z.number().int().positive(), standardError: z.number().nonnegative() }).optional(),
  /** Members of the ensemble (masks, orderings) whose mean probability this is; absent when one model is scored. */
  members: z.number().int().positive().optional(),
  /**
   * Beside an ensemble: the NLL of a single member, averaged over them example by example (which is never below the ensemble's), with its standard
   * error over examples; and that of each member.
   */
  overMembers: z.object({ nats: z.number(), bitsPerDim: z.number(), standardError: z.number().nonnegative(), each: z.array(z.number()) }).optional(),
  /** When only some of the split's `of` examples were scored: how they were chosen, each class in its share or by chance, with which seed. */
  subset: z.object({ of: z.number().int().positive(), by: z.enum(['class', 'chance']), seed: z.number().int().nonnegative() }).optional(),
  /**
   * Binary data of at most 16 dimensions: the KL divergence in nats from the split's own frequencies to the model, which is `nats` less their
   * entropy; and the sum of the model's probabilities over all states, 1 but for rounding.
   */
  divergence: z.object({ nats: z.number(), dataEntropy: z.number().nonnegative(), totalProbability: z.number() }).optional(),
  weights: z.enum(['raw', 'ema']),
  /** How the data was prepared, for example 'fixed binarisation, as given'. Two numbers of different variants are not comparable. */
  dataVariant: z.string(),
})
export type Likelihood = z.infer<typeof likelihoodSchema>

/** How a likelihood is labelled wherever it is shown. */
export function exactnessWords({ exact, draws, latents }: Pick<Likelihood, 'exact' | 'draws' | 'latents'>): string {
  if (exact) return 'exact'
  if (latents)
    return `upper bound (importance-weighted, K = ${latents.samples} draws of the latents, mean of ${draws ?? 1} such; Monte-Carlo error ${latents.standardError.toPrecision(2)})`
  return `upper bound${draws === undefined ? '' : ` (mean over ${draws} draws of the dequantisation noise)`}`
}

/** Which examples a score is of, in words: '500 of 10,000 examples, each class in its share (seed 0)'. */
export const examplesWords = ({ examples, subset }: Pick<Likelihood, 'examples' | 'subset'>): string =>
  subset
    ? `${examples} of ${subset.of} examples, ${subset.by === 'class' ? 'each class in its share' : 'chosen by chance'} (seed ${subset.seed})`
    : `${examples} examples`

/** Mean NLL in nats of each dimension over a split, in the order of the data; `shape` is that of one example. */
export const nllMapSchema = z.object({ shape: z.array(z.number().int().positive()), nats: z.array(z.number()) })
export type NllMap = z.infer<typeof nllMapSchema>
