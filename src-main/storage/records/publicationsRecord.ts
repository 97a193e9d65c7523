import { z } from 'zod'
import { publicationSchema } from '../../contract/records/publication'
import { defineRecord } from './recordType'

/** `published.json` of the workspace: results from the literature that its user has added. */
export const publicationsRecordSchema = z.object({ type: z.literal('published'), version: z.literal(1), results: z.array(publicationSchema) })

export const publicationsRecordType = defineRecord({ type: 'published', version: 1, schema: publicationsRecordSchema, migrations: {} })
