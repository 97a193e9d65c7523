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

/**
 * The difference of the NLLs of two runs on the same examples: d_i = l_i(run) − l_i(against), its mean (below zero: the run is better) and the
 * standard error √(Var d / n) of that mean, which is far smaller than that of two separate numbers where the runs find the same examples hard.
 */
export const pairedDifferenceSchema = z.object({
  against: z.string(),
  nats: z.number(),
  standardError: z.number().nonnegative(),
  bitsPerDim: z.number(),
  unit: nllUnitSchema,
  split: splitNameSchema,
  examples: z.number().int(),
  /** Share of the examples to which the run gives a higher likelihood. */
  better: z.number().min(0).max(1),
  /** √(SE² + SE²) of the two numbers taken apart, for comparison. */
  unpairedStandardError: z.number().nonnegative(),
  /** Correlation of the two runs' NLLs over examples; null where one of them is the same for all. */
  correlation: z.number().nullable(),
  /** False when one of the two is a bound. */
  exact: z.boolean(),
})
export type PairedDifference = z.infer<typeof pairedDifferenceSchema>

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
  /** To the first run, where it was asked for and both keep the NLL of each example. */
  difference: pairedDifferenceSchema.optional(),
})

export const comparedPublicationSchema = z.object({
  kind: z.literal('published'),
  ...rowFields,
  /** 'Authors (year), Title', and where in it. */
  reference: z.string(),
  /** Members of an ensemble, parameters, what the authors say of the number. */
  note: z.string().nullable(),
  /** Id of a result that the user has added. */
  ownId: z.string().optional(),
})

/** Comparable rows first, each kind from the lowest NLL up; rows without a number last. */
export const comparisonRowSchema = z.discriminatedUnion('kind', [comparedRunSchema, comparedPublicationSchema])
export type ComparisonRow = z.infer<typeof comparisonRowSchema>

/** Runs that differ in their seeds alone: mean and standard deviation over them of comparable numbers. */
export const repeatedSeedsSchema = z.object({
  title: z.string(),
  runIds: z.array(z.string()).min(2),
  nats: z.number(),
  /** √(Σ (m_i − m)² / (n − 1)) over the runs. */
  standardDeviation: z.number().nonnegative(),
  bitsPerDim: z.number(),
  unit: nllUnitSchema,
})
export type RepeatedSeeds = z.infer<typeof repeatedSeedsSchema>

export const comparisonSchema = z.object({
  /** The known data set that the first run's data was recognised as by its content, 'binarized_mnist'; null for any other. */
  recognised: z.string().nullable(),
  rows: z.array(comparisonRowSchema),
  seeds: z.array(repeatedSeedsSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>
