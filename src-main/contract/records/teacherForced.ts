import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../domain'
import { levelArraySchema } from '../levels'

/** What every p(x_i | x_<i) of a model says of examples or of levels that were given, under the true values before each: n × D everywhere. */
export const teacherForcedSchema = z.object({
  domain: domainSchema,
  /** null for levels that were given. */
  split: splitNameSchema.nullable(),
  examples: z.array(z.number().int().nonnegative()),
  /** The class that each was conditioned on; null for a model of the examples alone. */
  classes: z.array(z.number().int()).nullable(),
  checkpointStep: z.number().int(),
  weights: z.enum(['raw', 'ema']),
  levels: levelArraySchema,
  /** −log p(x_i | x_<i) in nats, float32, little-endian. */
  nats: bytesSchema,
  /** Entropy of each conditional in nats, float32. */
  entropies: bytesSchema,
  /** Mean of each conditional as an intensity 0…255, and its most probable level. */
  means: bytesSchema,
  modes: levelArraySchema,
  /** False for a density: its masses are those of the levels' cells, given the centres of the cells before. */
  exact: z.boolean(),
})
export type TeacherForced = z.infer<typeof teacherForcedSchema>
