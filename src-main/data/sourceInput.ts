import type { SplitName } from '../contract/domain'
import type { ImportOptions, ImportSettings } from '../contract/records/dataset'
import { importOptionsSchema } from '../contract/records/dataset'
import type { Collected } from './collectInputs'
import { PCM_LEVELS } from '../contract/levels'
import { grouped, splitsListed } from './describe'
import type { LabelRule } from './labelRule'
import { checkGiven, chosenSplit } from './splitRule'
import { UserError } from './userError'

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
  checkLevels(options)
  return { options, splitsFound: splitsListed(found) }
}

/** Bytes hold the levels of everything but audio, which is there in two views. */
function checkLevels({ kind, levels }: ImportOptions): void {
  if (levels === undefined) return
  if (kind !== 'audio') {
    if (levels > 256) throw new UserError(`${grouped(levels)} levels are for audio; other data has at most 256.`, { field: 'levels', mend: 'Choose 2 to 256 levels.' })
  } else if (levels !== 256 && levels !== PCM_LEVELS)
    throw new UserError(`Audio has 256 levels (μ-law) or ${grouped(PCM_LEVELS)} (16 bits), not ${grouped(levels)}.`, { field: 'levels', mend: 'Choose one of these, or leave the levels out for μ-law.' })
}
