import { z } from 'zod'

export const jobKindSchema = z.enum(['import', 'train', 'score', 'sample', 'export', 'engine-install'])
export const jobStatusSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled'])

/** Every long action is a job: one record, one progress stream, cancel, one error. */
export const jobSchema = z.object({
  id: z.string(),
  kind: jobKindSchema,
  title: z.string(),
  status: jobStatusSchema,
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  etaSeconds: z.number().nullable(),
  /** Short live detail, e.g. '83.2 nats · 14.1 steps/s'. */
  detail: z.string(),
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** What it belongs to. */
  runId: z.string().nullable(),
  datasetId: z.string().nullable(),
})
export type Job = z.infer<typeof jobSchema>
