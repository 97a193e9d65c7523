import type { FileType } from './importers/fileType'
import { amatPart } from './importers/amat'
import { cifarPart } from './importers/cifar'
import { csvPart } from './importers/csv'
import { idxParts, openIdx } from './importers/idx'
import type { IdxFile } from './importers/idx'
import type { InputFile } from './importers/inputFile'
import { rejectionReason } from './importers/inputFile'
import { matParts } from './importers/mat'
import type { MatrixPart } from './importers/matrix'
import { npyPart, npzParts } from './importers/numpy'
import { splitOfPath } from './importers/splitNames'

export interface OpenedParts {
  parts: MatrixPart[]
  rejected: { file: string; reason: string }[]
  /** Rejected files of the chosen format, whose loss may cost a whole split. */
  broken: { file: string; reason: string }[]
}

/** One file of classes may be named beside a CSV table: the column that holds them. */
export interface PartOptions {
  labelColumn?: string
}

/** Opens tables by format. Several formats side by side are usually copies of the same data: the one with most files is taken. */
export async function openParts(files: { type: FileType; file: InputFile }[], options: PartOptions): Promise<OpenedParts> {
  const rejected: OpenedParts['rejected'] = []
  const brokenByFormat = new Map<FileType, OpenedParts['broken']>()
  const opened = new Map<FileType, MatrixPart[]>()
  const idxFiles: IdxFile[] = []
  for (const { type, file } of files) {
    const broken = brokenByFormat.get(type) ?? []
    brokenByFormat.set(type, broken)
    const parts = opened.get(type) ?? []
    opened.set(type, parts)
    try {
      if (type === 'idx') idxFiles.push(await openIdx(file))
      else if (type === 'npy') parts.push(await npyPart(file))
      else if (type === 'amat') parts.push(await amatPart(file))
      else if (type === 'csv') parts.push(await csvPart(file, options.labelColumn))
      else if (type === 'cifar') parts.push(await cifarPart(file))
      else {
        const found = type === 'mat' ? await matParts(file) : await npzParts(file)
        parts.push(...found.parts)
        for (const key of found.ignored) rejected.push({ file: `${file.name}: ${key}`, reason: 'neither examples nor their classes' })
      }
    } catch (error) {
      broken.push({ file: file.name, reason: rejectionReason(error) })
    }
  }
  if (idxFiles.length > 0) {
    const labels = opened.get('idx') ?? []
    try {
      labels.push(...(await idxParts(idxFiles)))
    } catch (error) {
      brokenByFormat.get('idx')!.push({ file: idxFiles[0]!.file.name, reason: rejectionReason(error) })
    }
    const used = new Set(labels.flatMap((part) => [part.name, part.labelsName]))
    for (const { file } of idxFiles) if (!used.has(file.name)) rejected.push({ file: file.name, reason: 'labels without the images they belong to' })
  }
  const chosen = [...opened].sort(([a, x], [b, y]) => y.length - x.length || preference(a) - preference(b))[0]?.[0]
  for (const [type, parts] of opened)
    if (type !== chosen) for (const file of new Set(parts.map((part) => part.file))) rejected.push({ file, reason: 'left out beside files of another format; import it on its own' })
  const broken = chosen ? brokenByFormat.get(chosen) ?? [] : []
  for (const [, problems] of brokenByFormat) rejected.push(...problems)
  return { parts: chosen ? opened.get(chosen) ?? [] : [], rejected, broken }
}

function preference(type: FileType): number {
  return ['idx', 'npz', 'npy', 'mat', 'amat', 'cifar', 'csv'].indexOf(type)
}

/** Parts of the commonest shape; the others with the reason why not. */
export function commonestShape(parts: MatrixPart[]): { parts: MatrixPart[]; rejected: { file: string; reason: string }[] } {
  const shapeOf = (part: MatrixPart) => `${part.shape.join(' × ')}${part.labelColumn === undefined ? '' : ' with a class column'}`
  const totals = new Map<string, number>()
  for (const part of parts) totals.set(shapeOf(part), (totals.get(shapeOf(part)) ?? 0) + (part.count ?? part.estimatedCount ?? 1))
  const commonest = [...totals].sort(([, a], [, b]) => b - a)[0]?.[0]
  return {
    parts: parts.filter((part) => shapeOf(part) === commonest),
    rejected: parts.filter((part) => shapeOf(part) !== commonest).map((part) => ({ file: part.name, reason: `examples of ${shapeOf(part)} where most have ${commonest}` })),
  }
}

/** A broken file that alone holds a split: leaving it out would change what the data set is. */
export function lostSplit(parts: MatrixPart[], broken: { file: string; reason: string }[]): { file: string; reason: string } | null {
  const present = new Set(parts.map((part) => part.split))
  return broken.find(({ file }) => {
    const split = splitOfPath(file)
    return split !== null && !present.has(split)
  }) ?? null
}
