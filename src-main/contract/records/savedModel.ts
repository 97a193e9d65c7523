import { z } from 'zod'
import { domainSchema } from '../domain'
import { modelDocumentSchema } from './model'

export const modelNameSchema = z.string().trim().min(1).max(80)

export const SAVED_MODEL_VERSION = 1
/** A named model document of the workspace: a design, without weights. */
export const savedModelSchema = z.object({
  type: z.literal('model'),
  version: z.literal(SAVED_MODEL_VERSION),
  /** File name: name-xxxx. */
  id: z.string(),
  name: modelNameSchema,
  notes: z.string().max(20000),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Counts the changes, so that of two windows that edit one model the second learns of the first. */
  revision: z.number().int().positive(),
  model: modelDocumentSchema,
  /** What it was made for; null when that is not known. */
  domain: domainSchema.nullable(),
  /** The model that this one was forked from, as it was called then. */
  parent: z.object({ id: z.string(), name: z.string() }).nullable(),
})
export type SavedModel = z.infer<typeof savedModelSchema>

export const MODEL_FILE_ENDING = '.chainrule-model.json'
export const MODEL_FILE_VERSION = 1
/** What a `.chainrule-model.json` file holds. */
export const modelFileSchema = z.object({
  type: z.literal('chainrule-model'),
  version: z.literal(MODEL_FILE_VERSION),
  name: modelNameSchema,
  notes: z.string().max(20000).default(''),
  domain: domainSchema.nullable().default(null),
  /** Name of the model that it was forked from. */
  parent: z.string().nullable().default(null),
  model: modelDocumentSchema,
})
export type ModelFile = z.infer<typeof modelFileSchema>
