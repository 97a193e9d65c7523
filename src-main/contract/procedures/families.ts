import { z } from 'zod'
import { causalityProofSchema, epochTimeSchema, familyInfoSchema, inspectionSchema, modelDocumentSchema, presetNameSchema } from '../records/model'
import { budgetSchema, trainingSettingsSchema } from '../records/training'
import { procedure } from './shared'

export const families = {
  list: procedure.output(z.array(familyInfoSchema)),
  /** Presets that fit the data set, with training defaults; families that do not fit say why. */
  forDataset: procedure.input(z.object({ datasetId: z.string() })).output(
    z.array(
      z.object({
        family: z.string(),
        fits: z.boolean(),
        why: z.string().nullable(),
        presets: z.array(z.object({ name: presetNameSchema, title: z.string(), config: z.record(z.string(), z.unknown()), training: trainingSettingsSchema, budget: budgetSchema })),
      }),
    ),
  ),
  /** Pure: no tensors. `issues` are the configuration's errors by field; inspection is null when there are any. */
  inspect: procedure
    .input(z.object({ model: modelDocumentSchema, datasetId: z.string(), batchSize: z.number().int().positive().default(100), pixel: z.tuple([z.number().int(), z.number().int()]).optional() }))
    .output(z.object({ inspection: inspectionSchema.nullable(), issues: z.array(z.object({ field: z.string(), message: z.string() })) })),
  /** The same net as a `composed` document: a list of blocks with the same weights and figures. */
  openAsBlocks: procedure.input(z.object({ model: modelDocumentSchema, datasetId: z.string() })).output(modelDocumentSchema),
  /**
   * How long one epoch of training would take on this machine: measured on runs, or with `measure` on some steps of the very model in an engine
   * beside any training. Never guessed: null where nothing was measured.
   */
  epochTime: procedure
    .input(z.object({ model: modelDocumentSchema, datasetId: z.string(), batchSize: z.number().int().positive().default(100), measure: z.boolean().default(false) }))
    .output(epochTimeSchema),
  /** The numerical proof of causality on the built model, in an engine beside any training; null where the model is too large for a look. */
  prove: procedure.input(z.object({ model: modelDocumentSchema, datasetId: z.string() })).output(causalityProofSchema.nullable()),
}
