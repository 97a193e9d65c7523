import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../domain'
import { levelArraySchema } from '../levels'

/** The class that samples are drawn for: one class by its index, or 'each' of them in turn, all with an equal share. */
export const sampleClassSchema = z.union([z.number().int().nonnegative(), z.literal('each')])
export type SampleClass = z.infer<typeof sampleClassSchema>

/** The features beside a recording of the run's data set. */
const clipFeaturesSchema = z.object({ kind: z.literal('clip'), split: splitNameSchema, index: z.number().int().nonnegative() })
/** What samples of a model are drawn for that is conditioned on features: those of a recording, or frames × size numbers (float32 bytes) as they stand in a data set. */
export const sampleFeaturesSchema = z.discriminatedUnion('kind', [clipFeaturesSchema, z.object({ kind: z.literal('values'), name: z.string().max(1024), values: bytesSchema })])
export type SampleFeatures = z.infer<typeof sampleFeaturesSchema>
/** The same in a recipe, which does not hold the numbers themselves. */
const recipeFeaturesSchema = z.discriminatedUnion('kind', [clipFeaturesSchema, z.object({ kind: z.literal('values'), name: z.string(), sha256: z.string() })])
export type RecipeFeatures = z.infer<typeof recipeFeaturesSchema>

/** Everything needed to draw the same samples again. */
export const sampleRecipeSchema = z.object({
  runId: z.string(),
  checkpointStep: z.number().int(),
  /** Of the checkpoint's weights, so that a recipe is never taken for that of others. */
  weightsHash: z.string().optional(),
  weights: z.enum(['raw', 'ema']),
  /** Samples first … first + count − 1 of those that the seed gives; 0 when absent. */
  first: z.number().int().nonnegative().optional(),
  count: z.number().int().min(1).max(4096),
  seed: z.number().int().nonnegative(),
  temperature: z.number().min(0).max(10),
  /** Text: what each sample begins with; pairs: the source of each target. */
  prompt: z.string().optional(),
  /** Sequences: length of each sample, its prompt included, in samples or characters; null for fixed-shape domains. */
  length: z.number().int().positive().nullable(),
  method: z.enum(['cached', 'naive', 'direct']),
  /** Class-conditional models only. */
  class: sampleClassSchema.optional(),
  /** Models that are conditioned on features only: all samples are drawn for the same ones. */
  features: recipeFeaturesSchema.optional(),
})
export type SampleRecipe = z.infer<typeof sampleRecipeSchema>

/** How numbers of an exported recording are written: 16 or 24 bits, or 32-bit floating point. */
export const wavFormatSchema = z.enum(['pcm16', 'pcm24', 'float32'])
export type WavFormat = z.infer<typeof wavFormatSchema>

/** A part of one sample of a time series, sent while the rest is still being drawn: its levels from step `from` on. */
export const drawnPartSchema = z.object({ sample: z.number().int().nonnegative(), from: z.number().int().nonnegative(), levels: levelArraySchema })
export type DrawnPart = z.infer<typeof drawnPartSchema>

export const sampleSetSchema = z.object({
  recipe: sampleRecipeSchema,
  domain: domainSchema,
  /** count × D levels. */
  levels: levelArraySchema,
  /** count × D mean intensities 0…255: E[x_i | x_<i] along the sampled path, for the 'probabilities' view (images, tables). */
  means: z.instanceof(Uint8Array).nullable(),
  /** log p(x) of each sample in nats. */
  logProb: z.array(z.number()),
  /** Models with latent variables: `logProb` is log p(x | z), given the latents drawn with each sample, and no log-likelihood. */
  givenLatents: z.literal(true).optional(),
  seconds: z.number(),
  dimensionsPerSecond: z.number(),
})
export type SampleSet = z.infer<typeof sampleSetSchema>
