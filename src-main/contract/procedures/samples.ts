import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { branchSchema, completionExactnessSchema, completionMaskSchema, completionSetSchema, completionSourceSchema } from '../records/completion'
import { drawnPartSchema, sampleClassSchema, sampleFeaturesSchema, sampleSetSchema } from '../records/samples'
import { teacherForcedSchema } from '../records/teacherForced'
import { answering, procedure } from './shared'

export const samples = {
  draw: procedure
    .input(
      answering.extend({
        /** Of a recipe: the weights that the checkpoint must have. */
        weightsHash: z.string().optional(),
        /** Samples first … first + count − 1 of those that the seed gives: any can be drawn by itself. */
        first: z.number().int().min(0).max(2 ** 31).optional(),
        count: z.number().int().min(1).max(4096).default(16),
        seed: z.number().int().nonnegative().default(0),
        temperature: z.number().min(0).max(10).default(1),
        seconds: z.number().positive().max(600).optional(),
        /** Text: what each sample begins with, which is exact; pairs: the source of each target, which they need. */
        prompt: z.string().max(65_536).optional(),
        /** Audio: the length in samples, instead; text: in characters (or bytes), with the prompt. */
        length: z.number().int().positive().max(600 * 192_000).optional(),
        naive: z.boolean().default(false),
        /** Class-conditional models; 'each' when absent. */
        class: sampleClassSchema.optional(),
        /** Models that are conditioned on features, which need it: those that all samples are drawn for. As long as these last when no length is given. */
        features: sampleFeaturesSchema.optional(),
        /** Audio: progress events carry what has been drawn since the one before, so that it can be heard at once. */
        parts: z.boolean().optional(),
      }),
    )
    /** Progress events, the last of which carries the samples. */
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), set: sampleSetSchema.nullable(), parts: z.array(drawnPartSchema).optional() }))),
  /** Whether the run's model completes this mask exactly, before anything is drawn. The engine builds the model for it, without weights. */
  completionExactness: procedure.input(z.object({ runId: z.string(), mask: completionMaskSchema })).output(completionExactnessSchema),
  /** Keeps what the mask leaves and samples the rest. Progress events, the last of which carries the completions. */
  complete: procedure
    .input(
      answering.extend({
        weightsHash: z.string().optional(),
        source: completionSourceSchema.default({ kind: 'spread', split: 'test', count: 8 }),
        mask: completionMaskSchema,
        /** Completions of each example. */
        draws: z.number().int().min(1).max(1024).default(1),
        first: z.number().int().min(0).max(2 ** 31).optional(),
        seed: z.number().int().nonnegative().default(0),
        temperature: z.number().min(0).max(10).default(1),
        naive: z.boolean().default(false),
        /** Class-conditional models; each example's own label when absent. */
        class: sampleClassSchema.optional(),
        /** Of a branch: what was edited, and of what. Goes into the recipe. */
        branch: branchSchema.optional(),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), set: completionSetSchema.nullable() }))),
  /** What every p(x_i | x_<i) says of some examples, or of levels that are given, under the true values before each. */
  teacherForced: procedure
    .input(
      answering.extend({
        source: completionSourceSchema,
        class: sampleClassSchema.optional(),
      }),
    )
    .output(teacherForcedSchema),
}
