import { z } from 'zod'
import { nllUnitSchema, splitNameSchema } from '../domain'

/** What every row of the leaderboard says. */
const rowFields = {
  title: z.string(),
  family: z.string(),
  /** The NLL: nats per example or per sample; null where there is none yet. */
  nats: z.number().nullable(),
  bitsPerDim: z.number().nullable(),
  unit: nllUnitSchema,
  /** False: an upper bound. null where there is no number. */
  exact: z.boolean().nullable(),
  split: splitNameSchema,
  dataset: z.string(),
  dataVariant: z.string(),
  /** Whether its number may stand beside that of the first run asked for. */
  comparable: z.boolean(),
  /** Why not; null when it is. */
  why: z.string().nullable(),
}

export const comparedRunSchema = z.object({
  kind: z.literal('run'),
  ...rowFields,
  runId: z.string(),
  preset: z.string().nullable(),
  parameters: z.number().int(),
  standardError: z.number().nullable(),
  examples: z.number().int().nullable(),
  weights: z.enum(['raw', 'ema']).nullable(),
  members: z.number().int().optional(),
  checkpointStep: z.number().int().nullable(),
})

export const comparedPublicationSchema = z.object({
  kind: z.literal('published'),
  ...rowFields,
  /** 'Authors (year), Title', and where in it. */
  reference: z.string(),
  /** Members of an ensemble, parameters, what the authors say of the number. */
  note: z.string().nullable(),
})

/** Comparable rows first, each kind from the lowest NLL up; rows without a number last. */
export const comparisonRowSchema = z.discriminatedUnion('kind', [comparedRunSchema, comparedPublicationSchema])
export type ComparisonRow = z.infer<typeof comparisonRowSchema>

export const comparisonSchema = z.object({
  /** The known data set that the first run's data was recognised as by its content, 'binarized_mnist'; null for any other. */
  recognised: z.string().nullable(),
  rows: z.array(comparisonRowSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>
