import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { splitNameSchema } from '../domain'
import { exampleConditionalsSchema, examinationSchema, featuresSchema, filtersSchema, neighboursSchema, separationSchema } from '../records/understanding'
import { answering, procedure } from './shared'
import { levelArraySchema } from '../levels'


export const understanding = {
  /**
   * One pass over the conditionals of some examples: likelihood and ranking scores of each, calibration, maps, NLL by class. With `other`, a second data
   * set of the same domain is examined likewise, and each score says how well it tells the two apart. Progress in examples.
   */
  examine: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** So many examples, each class in its share or by chance; all when absent. */
        examples: z.number().int().positive().optional(),
        other: z.object({ datasetId: z.string(), split: splitNameSchema.default('test') }).optional(),
      }),
    )
    .output(
      eventIterator(
        z.object({
          done: z.number(),
          total: z.number(),
          result: z.object({ own: examinationSchema, other: examinationSchema.nullable(), separation: z.array(separationSchema).nullable() }).nullable(),
        }),
      ),
    ),
  /** Every p(x_i | x_<i) of one example, all levels of it. */
  conditionals: procedure
    .input(answering.extend({ datasetId: z.string().optional(), split: splitNameSchema.default('test'), index: z.number().int().nonnegative() }))
    .output(exampleConditionalsSchema),
  /** Exact search through a split for the examples nearest to some levels (n × D). Progress in examples. */
  neighbours: procedure
    .input(
      z.object({
        datasetId: z.string(),
        split: splitNameSchema.default('train'),
        levels: levelArraySchema,
        count: z.number().int().min(1).max(100).default(5),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), result: neighboursSchema.nullable() }))),
  /** Activations of a hidden layer for the examples of a split, for classifiers and the like elsewhere. Progress in examples. */
  features: procedure
    .input(
      answering.extend({
        datasetId: z.string().optional(),
        split: splitNameSchema.default('test'),
        /** Name of the layer; the last hidden one when absent. */
        layer: z.string().optional(),
      }),
    )
    .output(eventIterator(z.object({ done: z.number(), total: z.number(), result: featuresSchema.nullable() }))),
  /** Weights as pictures; empty where a family has none that can be seen as such. */
  filters: procedure.input(answering.extend({ most: z.number().int().min(1).max(1024).default(256) })).output(z.array(filtersSchema)),
}
