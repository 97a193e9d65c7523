import { DATASET_VERSION, datasetRecordSchema } from '../../contract/records/dataset'
import { defineRecord } from './recordType'

/** `datasets/<id>/dataset.json`, beside the packed store. */
export const datasetRecordType = defineRecord({ type: 'dataset', version: DATASET_VERSION, schema: datasetRecordSchema, migrations: {} })
