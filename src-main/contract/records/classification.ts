import { z } from 'zod'
import { likelihoodSchema } from '../likelihood'

/** A class-conditional model as a classifier, by Bayes' rule: p(c | x) ∝ p(x | c) p(c). */
export const classificationSchema = z.object({
  /** Share of the examples whose label is the most probable class. */
  accuracy: z.number().min(0).max(1),
  /** Of the accuracy: √(a(1 − a) / n). */
  standardError: z.number().nonnegative(),
  examples: z.number().int().positive(),
  classNames: z.array(z.string()),
  /** p(c). */
  prior: z.array(z.number()),
  /** Examples of true class (row) that were given a class (column). */
  confusion: z.array(z.array(z.number().int().nonnegative())),
  /** −log Σ_c p(c) p(x | c): the NLL of the examples alone, labels not given. */
  marginal: likelihoodSchema,
  /** −log p(x | c) under each example's own label. */
  conditional: likelihoodSchema,
})
export type Classification = z.infer<typeof classificationSchema>
