import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { modelDocumentSchema } from '../records/model'
import { modelNameSchema, savedModelSchema } from '../records/savedModel'
import { download, id, procedure, trashed } from './shared'

/** Named model documents of the workspace: designs without weights. */
export const models = {
  list: procedure.output(z.array(savedModelSchema)),
  get: procedure.input(id).output(savedModelSchema),
  /** A new one. The document's family must accept it; it need not fit any data yet. */
  save: procedure
    .input(z.object({ name: modelNameSchema, model: modelDocumentSchema, notes: z.string().max(20000).default(''), datasetId: z.string().optional() }))
    .output(savedModelSchema),
  /** Renames it, or puts another document in its place. `revision`: that which the change was made to; refused when another window was faster. */
  update: procedure
    .input(
      id.extend({
        name: modelNameSchema.optional(),
        model: modelDocumentSchema.optional(),
        notes: z.string().max(20000).optional(),
        datasetId: z.string().optional(),
        revision: z.number().int().positive().optional(),
      }),
    )
    .output(savedModelSchema),
  /** A copy that names its parent. */
  duplicate: procedure.input(id.extend({ name: modelNameSchema.optional() })).output(savedModelSchema),
  /** Can be undone by `restore`, or out of the trash, for 30 days. */
  remove: procedure.input(id).output(trashed),
  restore: procedure.input(id).output(savedModelSchema),
  /** A `.chainrule-model.json` file. */
  export: procedure.input(id).output(download),
  /** Takes such a file in, or the JSON of a bare document; names position and reason where it is no JSON. */
  import: procedure.input(z.object({ fileName: z.string().max(500), text: z.string().max(5_000_000) })).output(savedModelSchema),
  /** All of them, at once and at every change. */
  watch: procedure.output(eventIterator(z.array(savedModelSchema))),
}
