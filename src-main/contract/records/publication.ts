import { z } from 'zod'
import { domainSchema, splitNameSchema } from '../domain'

/** What a data set is recognised by; see published/knownDatasets. */
export const datasetContentSchema = z.object({
  domain: domainSchema,
  counts: z.object({ train: z.number().int(), valid: z.number().int(), test: z.number().int() }),
  testSha256: z.string(),
  binarize: z.enum(['none', 'threshold', 'stochastic', 'dynamic']).optional(),
  seed: z.number().int(),
  channelSums: z.array(z.number()).nullable(),
})

export const publicationUnitSchema = z.enum(['nats/example', 'nats/sample', 'nats/frame', 'nats/character', 'nats/byte', 'nats/pair', 'bits/dim'])

/** What somebody types in: a number from a paper, with all that decides beside what it may stand. */
export const publicationFieldsSchema = z.object({
  title: z.string().trim().min(1).max(120),
  value: z.number(),
  unit: publicationUnitSchema,
  /** False: an upper bound of the NLL. */
  exact: z.boolean().default(true),
  split: splitNameSchema.default('test'),
  /** A number of p(x | c). */
  conditioned: z.boolean().default(false),
  reference: z.string().trim().min(1).max(400),
  note: z.string().trim().max(400).default(''),
})
export type PublicationFields = z.infer<typeof publicationFieldsSchema>

/** A published result that the user has added. It belongs to data by its content, so it outlives the data set's record. */
export const publicationSchema = publicationFieldsSchema.extend({
  id: z.string(),
  data: z.object({ title: z.string(), variant: z.string(), content: datasetContentSchema }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Publication = z.infer<typeof publicationSchema>
