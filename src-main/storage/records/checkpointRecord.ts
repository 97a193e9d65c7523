import { CHECKPOINT_VERSION, checkpointRecordSchema } from '../../contract/records/run'
import { defineRecord } from './recordType'

/** `runs/<id>/checkpoints/<step>/checkpoint.json`, beside the tensors it lists. */
export const checkpointRecordType = defineRecord({
  type: 'checkpoint',
  version: CHECKPOINT_VERSION,
  schema: checkpointRecordSchema,
  migrations: {},
})
