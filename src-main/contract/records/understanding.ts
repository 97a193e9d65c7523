import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../domain'
import { likelihoodSchema, nllMapSchema } from '../likelihood'
import { levelArraySchema } from '../levels'

/** Scores of how unlike the training data an example is; the higher, the more unlike (ml/evaluation/outOfDistribution has the equations). */
export const rankingScoreSchema = z.enum(['raw', 'typicality', 'complexity', 'surprise'])
export type RankingScore = z.infer<typeof rankingScoreSchema>
export const rankingScores = rankingScoreSchema.options

/** What each score is and where it comes from, in one line: said wherever it is shown. */
export const rankingScoreWords: Readonly<Record<RankingScore, { title: string; formula: string; reference: string }>> = {
  raw: { title: 'Raw', formula: '−log p(x), nats', reference: 'misleading by itself: Nalisnick et al. 2019a' },
  typicality: { title: 'Typicality', formula: '|−log p(x) − Ĥ|, nats; Ĥ = mean NLL of training examples', reference: 'Nalisnick et al. 2019b' },
  complexity: { title: 'Complexity-corrected', formula: '−log₂ p(x) − L(x), bits; L = size of the PNG', reference: 'Serrà et al. 2020' },
  surprise: {
    title: 'Surprise',
    formula: '(−log p(x) − Σ Hᵢ) / √(Σ Vᵢ); Hᵢ, Vᵢ = mean and variance of −log p(X | x₍<ᵢ₎) under the model',
    reference: 'about standard normal for what the model itself generates',
  },
}

/** Said wherever raw log-likelihoods rank examples. */
export const RAW_WARNING =
  'Raw log p(x) does not tell what is unusual: models give simpler images of another data set a higher likelihood than those they were trained on ' +
  '(Nalisnick et al. 2019, Do Deep Generative Models Know What They Don’t Know?). Read it beside typicality and the complexity-corrected score.'

/** Everything that one pass over some examples of a split tells. Lists are by example, in the order of `indices`. */
export const examinationSchema = z.object({
  dataset: z.object({ id: z.string(), name: z.string() }),
  domain: domainSchema,
  split: splitNameSchema,
  checkpointStep: z.number().int(),
  likelihood: likelihoodSchema,
  /** Numbers of the examples in their split, ascending. */
  indices: z.array(z.number().int()),
  labels: z.array(z.number().int()).nullable(),
  /** −log p(x) in nats. */
  nats: z.array(z.number()),
  /** Σ_i H_i: what −log p(x) would be on average were each conditional right, in nats. */
  expected: z.array(z.number()),
  typicality: z.array(z.number()),
  /** Null for densities, whose variance of −log p is not computed. */
  surprise: z.array(z.number()).nullable(),
  /** Size of the example as a PNG in bits, headers and all; null where it is no image. */
  pngBits: z.array(z.number().int()).nullable(),
  complexity: z.array(z.number()).nullable(),
  /** Mean NLL, and mean entropy of the conditionals, of each dimension. */
  map: nllMapSchema,
  expectedMap: nllMapSchema,
  /** Ĥ: mean NLL of examples of the run's own training split, which typicality is measured from. */
  reference: z.object({ nats: z.number(), standardError: z.number(), examples: z.number().int() }),
  /** Probability integral transforms by bins of 0…1. */
  pit: z.object({ counts: z.array(z.number().int()), total: z.number().int(), chiSquare: z.number(), degrees: z.number().int(), seed: z.number().int() }),
  /**
   * What was said and what came, by bins of the probability. 'one': of the value 1 of binary data; 'mode': of the most probable level. Null for densities.
   * error: Σ_b n_b/n |mean probability − share that came|.
   */
  reliability: z
    .object({
      of: z.enum(['one', 'mode']),
      bins: z.array(z.object({ count: z.number().int(), predicted: z.number(), observed: z.number() })),
      error: z.number(),
    })
    .nullable(),
  classes: z.array(z.object({ label: z.number().int(), name: z.string(), examples: z.number().int(), nats: z.number(), standardError: z.number() })).nullable(),
})
export type Examination = z.infer<typeof examinationSchema>

/** How well a score tells the examples of another data set from the model's own: the area under the ROC curve, with DeLong's standard error. */
export const separationSchema = z.object({
  score: rankingScoreSchema,
  auroc: z.number(),
  standardError: z.number(),
  inliers: z.number().int(),
  outliers: z.number().int(),
})
export type Separation = z.infer<typeof separationSchema>

/** All conditionals p(x_i | x_<i) of one example. */
export const exampleConditionalsSchema = z.object({
  domain: domainSchema,
  split: splitNameSchema,
  index: z.number().int(),
  label: z.number().int().nullable(),
  checkpointStep: z.number().int(),
  weights: z.enum(['raw', 'ema']),
  /** D levels. */
  levels: levelArraySchema,
  /** Probabilities of all levels, D × K float32, little-endian. */
  masses: bytesSchema,
  /** −log p(x_i | x_<i) in nats, D float32. */
  nats: bytesSchema,
  /** False for a density: the masses are then those of the levels' cells, given the centres of the cells before. */
  exact: z.boolean(),
})
export type ExampleConditionals = z.infer<typeof exampleConditionalsSchema>

/** For each query its nearest examples, nearest first. Distances are Euclidean over levels. */
export const neighboursSchema = z.object({
  dataset: z.object({ id: z.string(), name: z.string() }),
  domain: domainSchema,
  split: splitNameSchema,
  /** How many examples were searched: all of the split. */
  examples: z.number().int(),
  found: z.array(z.array(z.object({ index: z.number().int(), distance: z.number(), label: z.number().int().nullable() }))),
  /** Levels of the found examples, query by query, nearest first. */
  levels: levelArraySchema,
})
export type Neighbours = z.infer<typeof neighboursSchema>

/** Pictures of weights. */
export const filtersSchema = z.object({
  title: z.string(),
  /** What one picture shows, and which parameter it is of. */
  explanation: z.string(),
  parameter: z.string(),
  /** [height, width, channels] of each picture. */
  shape: z.array(z.number().int().positive()),
  count: z.number().int(),
  /** How many there are altogether: the strongest are shown first. */
  of: z.number().int(),
  names: z.array(z.string()),
  /** count × shape float32, little-endian. Masked entries are NaN. */
  values: bytesSchema,
})
export type Filters = z.infer<typeof filtersSchema>

/** Activations of a hidden layer, example by example. */
export const featuresSchema = z.object({
  layer: z.string(),
  /** Layers that the model has. */
  layers: z.array(z.string()),
  explanation: z.string(),
  checkpointStep: z.number().int(),
  weights: z.enum(['raw', 'ema']),
  split: splitNameSchema,
  examples: z.number().int(),
  units: z.number().int(),
  labels: z.array(z.number().int()).nullable(),
  /** examples × units float32, little-endian. */
  values: bytesSchema,
})
export type Features = z.infer<typeof featuresSchema>
