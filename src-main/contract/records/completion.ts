import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../domain'
import { sampleClassSchema } from './samples'
import { levelArraySchema } from '../levels'

/**
 * What of an example is known and what is to be filled in.
 * keep: a side of an image stays, by its share of the height or width, and the rest is filled in; `first` keeps the first part of any example
 * (columns of a table, time of a clip, rows of an image). rectangle: this part of an image is rubbed out, in pixels from the upper left corner.
 * steps: the first so many dimensions of the model's ordering stay, whatever it is; completing them is always exact for masses.
 * pixels: 1 = filled in, 0 = kept, one byte for each pixel (H·W, all its channels) or for each dimension (D).
 */
export const completionMaskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keep'), side: z.enum(['top', 'bottom', 'left', 'right', 'first']), fraction: z.number().min(0).max(1) }),
  z.object({
    kind: z.literal('rectangle'),
    x: z.number().int().nonnegative(),
    y: z.number().int().nonnegative(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
  }),
  z.object({ kind: z.literal('steps'), kept: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('pixels'), unknown: bytesSchema }),
])
export type CompletionMask = z.infer<typeof completionMaskSchema>

/** What is completed: examples of a split, by their indices or as many spread evenly over it, or levels that somebody gives (a sample that was edited). */
export const completionSourceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('examples'),
    split: splitNameSchema.default('test'),
    indices: z.array(z.number().int().nonnegative()).min(1).max(1024),
    /** Audio: only the first so many samples of each clip. */
    length: z.number().int().positive().optional(),
  }),
  z.object({ kind: z.literal('spread'), split: splitNameSchema.default('test'), count: z.number().int().min(1).max(1024).default(8) }),
  /** n × D levels; those of unknown dimensions do not matter. Class-conditional models: `class` is needed. */
  z.object({ kind: z.literal('levels'), levels: levelArraySchema }),
])
export type CompletionSource = z.infer<typeof completionSourceSchema>

/**
 * Where a branch comes from: a sample or an example was stopped, some of what was there already was edited, and the rest was drawn again.
 * The edits are a part of the levels that were kept; they are told so that everybody can see them.
 */
export const branchSchema = z.object({
  edits: z.array(z.object({ dimension: z.number().int().nonnegative(), from: z.number().int().nonnegative(), to: z.number().int().nonnegative() })),
  /** The recipe document of what was branched from, without its levels. */
  origin: z.record(z.string(), z.unknown()).nullable(),
})
export type Branch = z.infer<typeof branchSchema>

/** Everything that makes the same completions again, beside the levels where they were given. */
export const completionRecipeSchema = z.object({
  runId: z.string(),
  checkpointStep: z.number().int(),
  /** Of the checkpoint's weights, so that a recipe is never taken for that of others. */
  weightsHash: z.string().optional(),
  weights: z.enum(['raw', 'ema']),
  /** null for levels that were given. */
  split: splitNameSchema.nullable(),
  /** Index of each example in the split; 0…n−1 for levels that were given. */
  examples: z.array(z.number().int().nonnegative()),
  /** Audio: the first so many samples of each example were taken. */
  length: z.number().int().positive().optional(),
  mask: completionMaskSchema,
  /** Completions of each example. */
  draws: z.number().int().positive(),
  /** Completions first … first + n·draws − 1 of those that the seed gives; 0 when absent. */
  first: z.number().int().nonnegative().optional(),
  seed: z.number().int().nonnegative(),
  temperature: z.number().min(0).max(10),
  method: z.enum(['cached', 'naive', 'direct']),
  /** Class-conditional models: the class that was asked for; absent when each example's own label was taken. */
  class: sampleClassSchema.optional(),
  branch: branchSchema.optional(),
})
export type CompletionRecipe = z.infer<typeof completionRecipeSchema>

/** Whether completions are draws from p(unknown | observed), and the sentence that says so. */
export const completionExactnessSchema = z.object({ exact: z.boolean(), why: z.string() })
export type CompletionExactness = z.infer<typeof completionExactnessSchema>

export const completionSetSchema = completionExactnessSchema.extend({
  recipe: completionRecipeSchema,
  domain: domainSchema,
  /** D bytes: 1 = filled in, 0 = kept. */
  unknown: bytesSchema,
  /** n × D levels of the examples as they are. */
  originals: levelArraySchema,
  /** n · draws × D levels, the draws of one example next to each other. */
  levels: levelArraySchema,
  /** As `levels`: mean intensities 0…255 of the conditionals along the path; null where the domain has none. */
  means: bytesSchema.nullable(),
  /** Sum over the filled-in dimensions of log p(x_i | x_<i) in nats, n · draws: log p(unknown | observed) where completions are exact. */
  logProb: z.array(z.number()),
  seconds: z.number(),
  dimensionsPerSecond: z.number(),
})
export type CompletionSet = z.infer<typeof completionSetSchema>
