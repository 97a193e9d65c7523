import { z } from 'zod'
import { defineRecord } from './recordType'

/** `queue.json`: runs waiting for the training engine, first come first. The runs' own records say what each one is. */
export const queueRecordSchema = z.object({
  type: z.literal('queue'),
  version: z.literal(1),
  runIds: z.array(z.string()),
  /** What waits goes on waiting until somebody lets it. */
  paused: z.boolean().default(false),
})

export const queueRecordType = defineRecord({ type: 'queue', version: 1, schema: queueRecordSchema, migrations: {} })
