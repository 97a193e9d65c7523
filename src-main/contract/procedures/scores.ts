import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { splitNameSchema } from '../domain'
import { likelihoodSchema, nllMapSchema } from '../likelihood'
import { classificationSchema } from '../records/classification'
import { comparisonSchema, pairedDifferenceSchema } from '../records/comparison'
import { answering, procedure } from './shared'

export const scores = {
  score: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        perExample: z.boolean().default(false),
        /** Scores the ensemble of so many members of a model that has several (masks, orderings), instead of its first. */
        ensemble: z.number().int().positive().optional(),
        /** Models with latents: draws of them that each bound weighs, in place of the model's own. */
        importanceSamples: z.number().int().min(1).max(1024).optional(),
        /** Scores only so many examples of the split: each class in its share, or by chance where there are no labels. The same ones for every run. */
        examples: z.number().int().positive().optional(),
        /** Also the mean NLL of each dimension; examples of one shape only. */
        map: z.boolean().default(false),
      }),
    )
    .output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          result: z
            .object({ likelihood: likelihoodSchema, perExample: z.array(z.number()).nullable(), indices: z.array(z.number().int()).nullable(), map: nllMapSchema.nullable(), checkpointStep: z.number().int() })
            .nullable(),
        }),
      ),
    ),
  /** Classifies by exact p(x | c) p(c); class-conditional models on labelled data. Progress in examples, the last event carries the result. */
  classify: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** So many examples, spread over the classes as the split has them; all when absent. */
        examples: z.number().int().positive().optional(),
        /** p(c): the shares of the classes in the training split, or all alike. */
        prior: z.enum(['training', 'uniform']).default('training'),
      }),
    )
    .output(
      eventIterator(
        z.object({ done: z.number(), total: z.number(), result: z.object({ classification: classificationSchema, checkpointStep: z.number().int() }).nullable() }),
      ),
    ),
  /**
   * The leaderboard: the latest score of each run, and the published results; each row says whether it may stand beside the first run, and why
   * not. `paired` adds each run's difference to the first one over the same examples, which reads the NLL of each.
   */
  compare: procedure
    .input(z.object({ runIds: z.array(z.string()).min(1).max(5000), split: splitNameSchema.default('test'), paired: z.boolean().default(false) }))
    .output(comparisonSchema),
  /** The difference of two runs' NLLs on the same examples with its paired standard error. */
  difference: procedure.input(z.object({ runId: z.string(), against: z.string(), split: splitNameSchema.default('test') })).output(pairedDifferenceSchema),
}
