import { z } from 'zod'
import { publicationFieldsSchema, publicationSchema } from '../records/publication'
import { id, procedure } from './shared'

/** Published results that the user has added; those that come with the studio stand in published/results. */
export const publications = {
  list: procedure.output(z.array(publicationSchema)),
  /** A new one, or with `id` a change of one. `datasetId` says whose data it belongs to; a change may leave that as it is. */
  save: procedure.input(publicationFieldsSchema.extend({ id: z.string().optional(), datasetId: z.string().optional() })).output(publicationSchema),
  /** Answers what was removed; `restore` puts it back. */
  remove: procedure.input(id).output(publicationSchema),
  restore: procedure.input(publicationSchema).output(publicationSchema),
}
