import type { SplitName } from '../contract/domain'
import type { ImportOptions, ImportSettings } from '../contract/records/dataset'
import { importOptionsSchema } from '../contract/records/dataset'
import type { Collected } from './collectInputs'
import { splitsListed } from './describe'
import type { LabelRule } from './labelRule'
import { checkGiven, chosenSplit } from './splitRule'

/** What the makers of the sources share. */
export interface SourceInput {
  paths: string[]
  settings: ImportSettings
  collected: Collected
  labels: LabelRule
  patternSplit: (name: string) => SplitName | null
  scratch: { get: () => Promise<string>; remove: () => Promise<void> }
  quick: boolean
  signal?: AbortSignal
}

/** Options with everything filled in, once the splits that the files give are known. */
export function settleOptions(settings: ImportSettings, found: ReadonlySet<SplitName>, fixed: Partial<ImportSettings>): { options: ImportOptions; splitsFound: SplitName[] } {
  const options = importOptionsSchema.parse({ ...settings, ...fixed, split: chosenSplit(settings, found) })
  checkGiven(options, found)
  return { options, splitsFound: splitsListed(found) }
}
