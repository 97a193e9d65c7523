import { z } from 'zod'
import { nllUnitSchema, splitNameSchema } from './domain'

/**
 * An exact negative log-likelihood with everything needed to compare it honestly.
 * nats: mean per example ('nats/example') or per sample of audio ('nats/sample'); bitsPerDim = nats per dimension / ln 2.
 */
export const likelihoodSchema = z.object({
  nats: z.number(),
  unit: nllUnitSchema,
  bitsPerDim: z.number(),
  /** Standard error of `nats` over examples (clips for audio: ratio estimator), same unit. */
  standardError: z.number().nonnegative(),
  examples: z.number().int().nonnegative(),
  dimensions: z.number().int().nonnegative(),
  split: splitNameSchema,
  /** False when the number is a bound. */
  exact: z.boolean(),
  weights: z.enum(['raw', 'ema']),
  /** How the data was prepared, for example 'fixed binarisation, as given'. Two numbers of different variants are not comparable. */
  dataVariant: z.string(),
})
export type Likelihood = z.infer<typeof likelihoodSchema>
