import type { DatasetFingerprint } from '../../contract/records/archive'
import type { RunRecord } from '../../contract/records/run'

/** A run out of an archive, its files complete in a folder that has no name yet. */
export interface Unpacked {
  record: RunRecord
  fingerprint: DatasetFingerprint | null
}
