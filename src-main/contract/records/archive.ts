import { z } from 'zod'
import { domainSchema, splitNameSchema } from '../domain'
import { splitCountsSchema } from './dataset'
import { runRecordSchema } from './run'

export const RUN_ARCHIVE_VERSION = 1

/** By which a data set is known again on another machine: the checksums of its packed splits. */
export const datasetFingerprintSchema = z.object({
  name: z.string(),
  variant: z.string(),
  domain: domainSchema,
  counts: splitCountsSchema,
  sha256: z.record(splitNameSchema, z.string()),
})
export type DatasetFingerprint = z.infer<typeof datasetFingerprintSchema>

/** `archive.json` of a run archive, beside `run/…`. */
export const runArchiveSchema = z.object({
  format: z.literal('chainrule-run'),
  version: z.literal(RUN_ARCHIVE_VERSION),
  exportedAt: z.iso.datetime(),
  run: z.object({ id: z.string(), name: z.string(), family: z.string() }),
  /** null: it was not there any more when the run was exported. */
  dataset: datasetFingerprintSchema.nullable(),
  /** Steps. */
  checkpoints: z.array(z.number().int().nonnegative()),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative(), sha256: z.string() })),
})
export type RunArchive = z.infer<typeof runArchiveSchema>

export const importedRunSchema = z.object({
  run: runRecordSchema,
  /** Whether the data set that it was trained on is here: by content, whatever its name. */
  dataset: z.enum(['here', 'missing']),
})
export type ImportedRun = z.infer<typeof importedRunSchema>
