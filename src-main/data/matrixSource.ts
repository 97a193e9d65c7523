import type { Domain, SplitName } from '../contract/domain'
import type { ImportSettings } from '../contract/records/dataset'
import { levelEncoding } from './encodeLevels'
import { convertPixels } from './importers/image'
import { RejectedFileError, rejectionReason } from './importers/inputFile'
import type { MatrixPart } from './importers/matrix'
import { valuesPerRow } from './importers/matrix'
import { isSquareImage } from './importers/squareImage'
import type { NumberRange, NumberReading } from './numberRange'
import { emptyRange, readingOf, widenRange } from './numberRange'
import { mapInOrder } from './mapInOrder'
import type { PreparedExample } from './source'
import { UserError } from './userError'

/** How the rows of a table become examples. */
export interface MatrixPreparation {
  domain: Domain
  /** Turns stored numbers into what the store holds; the last argument is the example's number in reading order. */
  prepare(row: Uint8Array, index: number): Promise<Uint8Array>
  reading: NumberReading
  /** Levels the files hold, before any option. */
  givenLevels: number
  /** What the options made of the levels. */
  levelsNote: string | null
  /** What else was done to the examples. */
  notes: string[]
}

/** Reads parts for their range of values: all of them, or with `quick` the first rows of each, unless its end is missing. */
export async function scanParts(parts: MatrixPart[], quick: boolean, signal?: AbortSignal): Promise<{ range: NumberRange; counts: number[]; failed: { part: MatrixPart; error: RejectedFileError }[] }> {
  const range = emptyRange()
  const counts: number[] = []
  const failed: { part: MatrixPart; error: RejectedFileError }[] = []
  for (const part of parts) {
    const own = emptyRange()
    let count = 0
    /** For a quick look: whether the file seems to go to its end, so that its first rows are enough. */
    let wholeSoFar: boolean | undefined
    try {
      for await (const batch of part.rows(signal)) {
        widenRange(own, batch.values, valuesPerRow(part), part.labelColumn)
        count += batch.count
        if (quick && wholeSoFar === undefined) wholeSoFar = (await part.looksWhole?.()) ?? true
        if (wholeSoFar) break
      }
      if (!wholeSoFar && part.count !== null && count !== part.count) throw new RejectedFileError(`it holds ${count} of ${part.count} examples`)
      range.smallest = Math.min(range.smallest, own.smallest)
      range.largest = Math.max(range.largest, own.largest)
      range.whole &&= own.whole
      counts.push(quick ? part.count ?? part.estimatedCount ?? count : count)
    } catch (error) {
      signal?.throwIfAborted()
      failed.push({ part, error: error instanceof RejectedFileError ? error : new RejectedFileError(rejectionReason(error), { cause: error }) })
      counts.push(0)
    }
  }
  return { range, counts, failed }
}

/** Shape of an example as an image, or null when the rows are a table. */
function imageShape(part: MatrixPart, dimensions: number, binaryOrGrey: boolean, options: ImportSettings): [number, number, number] | null {
  if (options.kind === 'table') return null
  if (part.shape.length === 3) return part.layout === 'channels-first' ? [part.shape[1]!, part.shape[2]!, part.shape[0]!] : (part.shape as [number, number, number])
  if (part.shape.length === 2) return [part.shape[0]!, part.shape[1]!, 1]
  const { width, height } = options
  if (width && height && width * height === dimensions) return [height, width, 1]
  if (width && height && width * height * 3 === dimensions) return [height, width, 3]
  if (isSquareImage(dimensions) && (binaryOrGrey || options.kind === 'image')) return [Math.sqrt(dimensions), Math.sqrt(dimensions), 1]
  if (options.kind === 'image')
    throw new UserError(`Rows of ${dimensions} values are no square image.`, { field: 'width', mend: `Give a width and height whose product is ${dimensions}.` })
  return null
}

/** Settles shape, levels and conversions for parts of one shape. */
export function prepareMatrix(part: MatrixPart, range: NumberRange, options: ImportSettings): MatrixPreparation {
  const dimensions = valuesPerRow(part) - (part.labelColumn === undefined ? 0 : 1)
  if (dimensions < 1) throw new RejectedFileError('its rows hold nothing besides a class')
  const binaryOrGrey = range.smallest >= -1 && range.largest <= 255 && (range.largest <= 1 || range.largest > 31)
  const shape = imageShape(part, dimensions, binaryOrGrey, options)
  const reading = readingOf(range, shape !== null)
  const notes = reading.note ? [reading.note] : []
  const settings = { binarize: options.binarize, threshold: options.threshold ?? 0.5, seed: options.seed ?? 0, levels: options.levels }
  if (!shape) {
    const encoding = levelEncoding(Math.max(2, reading.levels), settings)
    return {
      reading, givenLevels: reading.levels, levelsNote: encoding.note, notes, prepare: async (row, index) => encoding.encode(row, index),
      domain: { kind: 'table', shape: [dimensions], levels: encoding.levels, variableLength: false, encoding: 'linear' },
    }
  }
  const [height, width, channels] = shape
  const target = { ...targetSize({ width, height }, options), channels: options.channels ?? (channels === 3 ? 3 : 1) }
  const turn = part.layout === 'channels-first' ? planesToPixels(width * height, channels) : part.columnMajor && part.shape.length === 1 ? transpose(height, width) : null
  const converts = target.height !== height || target.width !== width || target.channels !== channels
  // Resizing makes new intensities, so binary images become grey unless they are binarised again.
  const given = Math.max(2, reading.levels)
  const encoding = levelEncoding(converts ? 256 : given, settings)
  const prepare = async (row: Uint8Array, index: number): Promise<Uint8Array> => {
    const upright = turn ? turn(row) : row
    if (!converts) return encoding.encode(upright, index)
    const data = given === 256 ? upright : upright.map((level) => Math.round((255 * level) / (given - 1)))
    const converted = await convertPixels({ width, height, channels: channels === 3 ? 3 : 1, data }, { channels: target.channels, size: { width: target.width, height: target.height } })
    return encoding.encode(converted.data, index)
  }
  return {
    reading, givenLevels: converts ? 256 : reading.levels, levelsNote: encoding.note, prepare,
    notes: [...notes, ...conversionNotes({ width, height, channels }, target)],
    domain: { kind: 'image', shape: [target.height, target.width, target.channels], levels: encoding.levels, variableLength: false, encoding: 'linear' },
  }
}

/** The size asked for; one side alone keeps the proportions. */
export function targetSize(given: { width: number; height: number }, options: Pick<ImportSettings, 'width' | 'height'>): { width: number; height: number } {
  const { width, height } = options
  return {
    width: width ?? (height ? Math.max(1, Math.round((given.width * height) / given.height)) : given.width),
    height: height ?? (width ? Math.max(1, Math.round((given.height * width) / given.width)) : given.height),
  }
}

export function conversionNotes(given: { width: number; height: number; channels: number }, target: { width: number; height: number; channels: number }): string[] {
  const notes: string[] = []
  if (given.width !== target.width || given.height !== target.height) notes.push(`resized to ${target.width} × ${target.height}`)
  if (given.channels !== target.channels) notes.push(target.channels === 1 ? 'converted to grey' : 'grey repeated in three channels')
  return notes
}

/** [channels, pixels] -> [pixels, channels] */
function planesToPixels(pixels: number, channels: number): (row: Uint8Array) => Uint8Array {
  return (row) => {
    const turned = new Uint8Array(row.length)
    for (let c = 0; c < channels; c++) for (let i = 0; i < pixels; i++) turned[i * channels + c] = row[c * pixels + i]!
    return turned
  }
}

/** Column-major [height × width] -> row-major. */
function transpose(height: number, width: number): (row: Uint8Array) => Uint8Array {
  return (row) => {
    const turned = new Uint8Array(row.length)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) turned[y * width + x] = row[x * height + y]!
    return turned
  }
}

/** Names of classes by their numbers, and all classes in the order of their numbers where these are known before reading. */
export function classNaming(parts: MatrixPart[]): { order: string[] | null; nameOf: (part: MatrixPart, label: number) => string } {
  const bases = new Map(parts.map((part) => [part, firstClass(part)]))
  const nameOf = (part: MatrixPart, label: number) => part.classNames?.[label - (bases.get(part) ?? 0)] ?? String(label)
  if (!parts.every((part) => part.labels)) return { order: null, nameOf }
  const names = new Map<number, string>()
  for (const part of parts) for (const label of new Set(Array.from(part.labels!))) names.set(label, nameOf(part, label))
  return { order: [...names].sort(([a], [b]) => a - b).map(([, name]) => name), nameOf }
}

/** 1 where classes count from 1, as MATLAB does: 0 never occurs and the number of the last class does. */
function firstClass({ classNames, labels }: MatrixPart): number {
  if (!classNames || !labels) return 0
  const numbers = new Set(Array.from(labels))
  return !numbers.has(0) && numbers.has(classNames.length) ? 1 : 0
}

/** Refuses labels that do not match their examples. */
export function checkLabels(part: MatrixPart, count: number): void {
  if (!part.labels || part.labels.length === count) return
  throw new UserError(`${part.labelsName} holds ${part.labels.length.toLocaleString('en')} labels for the ${count.toLocaleString('en')} examples of ${part.name}.`, {
    mend: 'Import matching files, or leave the labels out.',
  })
}

/** Rows converted at once: resizing works in the thread pool. */
const CONCURRENCY = 12

/** Examples of all parts, in order. */
export async function* readParts(
  parts: MatrixPart[],
  preparation: MatrixPreparation,
  rules: { splitOf: (part: MatrixPart) => SplitName | null; nameOf: ((part: MatrixPart, label: number) => string) | null },
  signal?: AbortSignal,
): AsyncGenerator<PreparedExample> {
  type Row = Omit<PreparedExample, 'values'> & { values: Uint8Array }
  async function* rows(): AsyncGenerator<Row> {
    let index = 0
    for (const part of parts) {
      const split = rules.splitOf(part)
      const columns = valuesPerRow(part)
      let row = 0
      for await (const batch of part.rows(signal)) {
        const labels = part.labelColumn === undefined ? null : batch.values.filter((_, i) => i % columns === part.labelColumn)
        const levels = preparation.reading.toLevels(labels ? batch.values.filter((_, i) => i % columns !== part.labelColumn) : batch.values)
        const width = columns - (labels ? 1 : 0)
        for (let i = 0; i < batch.count; i++, row++, index++) {
          const label = labels ? labels[i] : part.labels?.[row]
          yield {
            name: `${part.name} #${row}`, split, group: index, values: levels.subarray(i * width, (i + 1) * width),
            label: label === undefined || !rules.nameOf ? null : rules.nameOf(part, label),
          }
        }
      }
    }
  }
  yield* mapInOrder(rows(), CONCURRENCY, async (row) => ({ ...row, values: await preparation.prepare(row.values, row.group) }))
}
