import { SAVED_MODEL_VERSION, savedModelSchema } from '../../contract/records/savedModel'
import { defineRecord } from './recordType'

/** `models/<id>.json`; removed ones wait in `models/.trash`. */
export const savedModelRecordType = defineRecord({ type: 'model', version: SAVED_MODEL_VERSION, schema: savedModelSchema, migrations: {} })
