import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { domainSchema, splitNameSchema } from '../domain'
import { datasetRecordSchema, generateRequestSchema, importSettingsSchema, importPlanSchema } from '../records/dataset'
import { jobSchema } from '../records/job'
import { id, procedure, trashed } from './shared'
import { levelArraySchema } from '../levels'

export const datasets = {
  list: procedure.output(z.array(datasetRecordSchema)),
  /** All of them, at once and at every change. */
  watch: procedure.output(eventIterator(z.array(datasetRecordSchema))),
  get: procedure.input(id).output(datasetRecordSchema),
  /** Looks at the files and says what would be imported; writes nothing. `paths` are absolute, or an upload's path. */
  plan: procedure.input(z.object({ paths: z.array(z.string()).min(1), options: importSettingsSchema })).output(importPlanSchema),
  import: procedure.input(z.object({ paths: z.array(z.string()).min(1), name: z.string().trim().min(1).max(80), options: importSettingsSchema })).output(jobSchema),
  /** Seeded sample data made by the studio itself. */
  generate: procedure
    .input(generateRequestSchema)
    .output(jobSchema),
  rename: procedure.input(id.extend({ name: z.string().trim().min(1).max(80) })).output(datasetRecordSchema),
  /** Moves it to the trash; `trashId` is what `storage.recover` takes. */
  remove: procedure.input(id).output(trashed),
  /** A page of examples as levels, one byte each; audio: `length` gives each one's samples, concatenated. */
  examples: procedure
    .input(
      id.extend({
        split: splitNameSchema,
        offset: z.number().int().nonnegative().default(0),
        count: z.number().int().min(1).max(512).default(64),
        /** These examples instead, in this order. */
        indices: z.array(z.number().int().nonnegative()).min(1).max(512).optional(),
      }),
    )
    .output(z.object({ domain: domainSchema, total: z.number().int(), levels: levelArraySchema, lengths: z.array(z.number().int()), labels: z.array(z.number().int()).nullable() })),
}
