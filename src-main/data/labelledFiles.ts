import type { ImportOptions } from '../contract/records/dataset'
import type { FileTally } from './collectInputs'
import type { FileRules } from './fileSource'
import { sortedNames } from './labelRule'
import type { SourceInput } from './sourceInput'
import { UserError } from './userError'

/** Classes and splits of loose files by the settled options. */
export function labelledFiles(input: SourceInput, tally: FileTally): { labelNames: string[] | null; rules: (options: ImportOptions, tally: FileTally) => FileRules } {
  if (input.labels.required && tally.labels.size === 0) throw new UserError(`No file has a class: ${input.labels.missing} (${input.settings.labels}).`, { field: 'labels' })
  // Sub-folders are classes without being asked for when there are at least two of them; a quick look may have met only the first.
  const useLabels = input.labels.required || (input.settings.labels !== 'none' && tally.labels.size > (input.collected.estimated ? 0 : 1))
  return {
    labelNames: useLabels ? sortedNames(tally.labels) : null,
    rules: (options) => ({
      paths: input.paths, labels: input.labels, useLabels, patternSplit: input.patternSplit, scratch: input.scratch.get,
      given: { use: options.split === 'given', unnamedIsTrain: !tally.splits.has('train') || options.testPattern !== undefined || options.validPattern !== undefined },
    }),
  }
}
