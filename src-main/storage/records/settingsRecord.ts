import { z } from 'zod'
import { settingsChangeSchema } from '../../contract/records/settings'
import { defineRecord } from './recordType'

/** `settings.json` of the workspace: what differs from the defaults. */
export const settingsRecordSchema = z.object({ type: z.literal('settings'), version: z.literal(1), values: settingsChangeSchema })

export const settingsRecordType = defineRecord({ type: 'settings', version: 1, schema: settingsRecordSchema, migrations: {} })
