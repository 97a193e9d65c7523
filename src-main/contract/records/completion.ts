import { z } from 'zod'
import { bytesSchema, domainSchema, splitNameSchema } from '../domain'
import { sampleClassSchema } from './samples'

/**
 * What of an example is known and what is to be filled in.
 * keep: a side of an image stays, by its share of the height or width, and the rest is filled in; `first` keeps the first part of any example
 * (columns of a table, time of a clip, rows of an image). rectangle: this part of an image is rubbed out, in pixels from the upper left corner.
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
  z.object({ kind: z.literal('pixels'), unknown: bytesSchema }),
])
export type CompletionMask = z.infer<typeof completionMaskSchema>

/** What is completed: examples of a split, by their indices or as many spread evenly over it, or levels that somebody gives (a sample that was edited). */
export const completionSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('examples'), split: splitNameSchema.default('test'), indices: z.array(z.number().int().nonnegative()).min(1).max(1024) }),
  z.object({ kind: z.literal('spread'), split: splitNameSchema.default('test'), count: z.number().int().min(1).max(1024).default(8) }),
  /** n × D levels; those of unknown dimensions do not matter. Class-conditional models: `class` is needed. */
  z.object({ kind: z.literal('levels'), levels: bytesSchema }),
])
export type CompletionSource = z.infer<typeof completionSourceSchema>

/** Everything that makes the same completions again, beside the mask. */
export const completionRecipeSchema = z.object({
  runId: z.string(),
  checkpointStep: z.number().int(),
  weights: z.enum(['raw', 'ema']),
  /** null for levels that were given. */
  split: splitNameSchema.nullable(),
  /** Index of each example in the split; 0…n−1 for levels that were given. */
  examples: z.array(z.number().int().nonnegative()),
  /** Completions of each example. */
  draws: z.number().int().positive(),
  seed: z.number().int().nonnegative(),
  temperature: z.number().min(0).max(10),
  method: z.enum(['cached', 'naive', 'direct']),
  /** Class-conditional models: the class that was asked for; absent when each example's own label was taken. */
  class: sampleClassSchema.optional(),
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
  originals: bytesSchema,
  /** n · draws × D levels, the draws of one example next to each other. */
  levels: bytesSchema,
  /** As `levels`: mean intensities 0…255 of the conditionals along the path; null where the domain has none. */
  means: bytesSchema.nullable(),
  /** Sum over the filled-in dimensions of log p(x_i | x_<i) in nats, n · draws: log p(unknown | observed) where completions are exact. */
  logProb: z.array(z.number()),
  seconds: z.number(),
  dimensionsPerSecond: z.number(),
})
export type CompletionSet = z.infer<typeof completionSetSchema>
