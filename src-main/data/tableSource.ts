import type { SplitName } from '../contract/domain'
import { describeVariant, grouped, listed, nothingImported, suggestName } from './describe'
import { RejectedFileError } from './importers/inputFile'
import type { MatrixPart } from './importers/matrix'
import { valuesPerRow } from './importers/matrix'
import { checkLabels, classNaming, prepareMatrix, readParts, scanParts } from './matrixSource'
import type { OpenedParts } from './openParts'
import { commonestShape, lostSplit } from './openParts'
import type { PreparedExample, Source } from './source'
import type { SourceInput } from './sourceInput'
import { settleOptions } from './sourceInput'
import { UserError } from './userError'

/** A source of tables of one format. */
export async function tableSource(input: SourceInput, opened: OpenedParts): Promise<Source> {
  const { settings, collected, signal } = input
  const { parts: sameShape, rejected } = commonestShape(opened.parts)
  collected.rejected.push(...rejected)
  const scan = await scanParts(sameShape, input.quick, signal)
  const failed = scan.failed.map(({ part, error }) => ({ file: part.name, reason: error.message }))
  collected.rejected.push(...failed)
  const bad = new Set(scan.failed.map(({ part }) => part))
  const parts = sameShape.filter((part) => !bad.has(part))
  const counts = scan.counts.filter((_, i) => !bad.has(sameShape[i]!))
  const lost = lostSplit(parts, [...opened.broken, ...failed])
  if (parts.length === 0) throw nothingImported(collected.rejected)
  if (lost) throw new UserError(`${lost.file}: ${lost.reason}.`, { field: 'paths', mend: 'Get the file again, or leave it out.' })
  parts.forEach((part, i) => checkLabels(part, part.count ?? counts[i]!))

  const splitOf = (part: MatrixPart): SplitName | null => input.patternSplit(part.file) ?? part.split
  const found = new Set(parts.map(splitOf).filter((split) => split !== null))
  const first = parts[0]!
  const preparation = settle(first, () => prepareMatrix(first, scan.range, settings))
  const { domain } = preparation
  const naming = classNaming(parts)
  const useLabels = settings.labels !== 'none' && parts.every((part) => part.labels !== undefined || part.labelColumn !== undefined)
  const { options, splitsFound } = settleOptions(settings, found, domain.kind === 'image' ? { kind: 'image', height: domain.shape[0]!, width: domain.shape[1]!, channels: domain.shape[2] === 3 ? 3 : 1 } : { kind: 'table' })
  const unnamedIsTrain = !found.has('train') || options.split !== 'given'
  const unusable = options.split === 'given' && !unnamedIsTrain ? parts.filter((part) => splitOf(part) === null) : []
  for (const part of unusable) collected.rejected.push({ file: part.name, reason: 'its name says neither train, valid nor test' })
  const used = parts.filter((part) => !unusable.includes(part))
  const examples = counts.reduce((sum, count, i) => sum + (unusable.includes(parts[i]!) ? 0 : count), 0)
  const estimated = input.quick && used.some((part) => part.count === null)

  if (useLabels && naming.order) domain.classes = naming.order.length
  const rules = {
    splitOf: (part: MatrixPart) => (options.split === 'given' || input.patternSplit(part.file) ? splitOf(part) : null),
    nameOf: useLabels ? naming.nameOf : null,
  }
  const turned = first.columnMajor && domain.kind === 'image'
  const width = valuesPerRow(first)
  const shapeWords = domain.kind === 'image' ? `${preparation.givenLevels === 2 ? 'binary' : domain.shape[2] === 3 ? 'colour' : 'grey'} images of ${domain.shape[1]} × ${domain.shape[0]}` : `rows of ${width} ${preparation.givenLevels === 2 ? 'binary values' : `values (${preparation.givenLevels} levels)`}`
  const source: Source = {
    recognised: [
      `${first.format}: ${estimated ? 'about ' : ''}${grouped(examples)} ${shapeWords}`,
      turned ? `rows of ${width} are column-major, as MATLAB stores images, and are turned upright` : null,
      ...preparation.notes,
      useLabels ? (naming.order ? `${naming.order.length} classes` : 'with classes') : null,
      splitsFound.length > 0 ? `split ${listed(splitsFound)} given` : null,
    ].filter(Boolean).join(', '),
    options, domain, files: new Set(used.flatMap((part) => [part.file, part.labelsName?.split(': ')[0] ?? part.file])).size, examples, estimated, splitsFound,
    labelNames: useLabels ? naming.order : null,
    suggestedName: suggestName(input.paths),
    variant: describeVariant(domain, { levels: preparation.givenLevels, levelsNote: preparation.levelsNote, notes: preparation.notes }),
    sources: used.map((part) => part.name),
    rejected: collected.rejected,
    read: (context) => readParts(used, preparation, rules, context.signal),
    preview: async (count) => {
      // Some of each part, so that all splits are seen.
      const examplesSeen: PreparedExample[] = []
      for (const part of used) {
        let taken = 0
        for await (const example of readParts([part], preparation, rules)) {
          examplesSeen.push({ ...example, values: example.values.slice() })
          taken += 1
          if (taken >= Math.ceil(count / used.length)) break
        }
      }
      return examplesSeen.slice(0, count)
    },
    close: input.scratch.remove,
  }
  return source
}

/** A reason to refuse the first part is one to refuse the whole import. */
function settle<Result>(part: MatrixPart, prepare: () => Result): Result {
  try {
    return prepare()
  } catch (error) {
    if (error instanceof RejectedFileError) throw new UserError(`${part.file}: ${error.message}.`, { field: 'paths', cause: error })
    throw error
  }
}
