import { RUN_VERSION, runRecordSchema } from '../../contract/records/run'
import { defineRecord } from './recordType'

/** `runs/<id>/run.json`. */
export const runRecordType = defineRecord({ type: 'run', version: RUN_VERSION, schema: runRecordSchema, migrations: {} })
