import type { InputFile } from './inputFile'
import { readStart, readWhole, RejectedFileError } from './inputFile'
import type { Labels, MatrixPart } from './matrix'
import type { NpyHeader } from './npy'
import { decodeNames, isNumeric, npyBytes, npyRows, NPY_START, parseNpyHeader } from './npy'
import { splitOfName, splitOfPath } from './splitNames'
import { openZip } from './zip'

const LARGEST_LABELS = 256 * 1024 * 1024

/** Shape of one example and how its channels lie, from an array's shape. */
export function exampleLayout(shape: number[]): { shape: number[]; layout: MatrixPart['layout'] } {
  const inner = shape.slice(1)
  if (inner.length === 1 || inner.length === 2) return { shape: inner, layout: 'rows' }
  const isChannels = (size: number | undefined) => size === 1 || size === 3
  if (inner.length === 3 && isChannels(inner[2])) return { shape: inner, layout: 'channels-last' }
  if (inner.length === 3 && isChannels(inner[0])) return { shape: inner, layout: 'channels-first' }
  throw new RejectedFileError(`an array of shape ${shape.join(' × ')}; examples must be rows (n, d) or images (n, h, w), (n, h, w, 1 or 3), (n, 1 or 3, h, w)`)
}

/** A .npy file. */
export async function npyPart(file: InputFile): Promise<MatrixPart> {
  const header = parseNpyHeader(await readStart(file, NPY_START))
  if (!isNumeric(header)) throw new RejectedFileError(`elements of type ${header.dtype} are not read; save numbers`)
  if (header.shape.length < 2) throw new RejectedFileError('a one-dimensional array; examples must be rows')
  return {
    name: file.name, file: file.name, format: 'NumPy', split: splitOfPath(file.name), count: header.shape[0]!, ...exampleLayout(header.shape),
    looksWhole: async () => file.size === null || file.size >= npyBytes(header),
    rows: async function* (signal) {
      yield* npyRows(header, (await file.stream()) as AsyncIterable<Buffer>, signal)
    },
  }
}

interface NpzArray {
  key: string
  header: NpyHeader
  file: InputFile
}

const isLabelKey = (key: string) => /label|target|class|^y$|^y_|_y$/i.test(key)

/**
 * A .npz file: arrays of examples by split ('train', 'x_test', 'val_data', or one alone), class labels beside them ('train_labels',
 * 'y_test', 'labels'), class names. Answers the parts, and what was left out.
 */
export async function npzParts(file: InputFile): Promise<{ parts: MatrixPart[]; ignored: string[] }> {
  if (file.diskPath === null) throw new RejectedFileError('cannot be read inside an archive')
  const { diskPath } = file
  const arrays: NpzArray[] = []
  const ignored: string[] = []
  const zip = await openZip(diskPath, file.name)
  try {
    for (const entry of zip.files) {
      const key = entry.name.slice(file.name.length + 1).replace(/\.npy$/, '')
      try {
        arrays.push({ key, header: parseNpyHeader(await readStart(entry, NPY_START)), file: entry })
      } catch (error) {
        if (!(error instanceof RejectedFileError)) throw error
        ignored.push(key)
      }
    }
    const classNames = arrays.find(({ header }) => /^[US]\d+$/.test(header.dtype) && header.shape.length === 1)
    const names = classNames ? decodeNames(classNames.header, await readWhole(classNames.file, LARGEST_LABELS)) : undefined
    const examples = arrays.filter(({ key, header }) => isNumeric(header) && header.shape.length >= 2 && !(isLabelKey(key) && header.shape.length === 2 && header.shape[1] === 1))
    const used = chooseExamples(examples)
    const parts: MatrixPart[] = []
    for (const array of used) {
      const split = splitOfName(array.key) ?? (used.length === 1 ? splitOfPath(file.name) : null)
      const part: MatrixPart = {
        name: `${file.name}: ${array.key}`, file: file.name, format: 'NumPy', split, count: array.header.shape[0]!, ...exampleLayout(array.header.shape),
        rows: (signal) => entryRows(diskPath, file.name, array, signal),
      }
      const labels = arrays.find(({ key, header }) =>
        isLabelKey(key) && isNumeric(header) && header.shape.slice(1).every((size) => size === 1) && splitOfName(key) === splitOfName(array.key))
      if (labels) {
        part.labelsName = `${file.name}: ${labels.key}`
        part.labels = await readNumbers(labels)
        if (names) part.classNames = names
      }
      parts.push(part)
    }
    const mentioned = new Set([...used.map(({ key }) => key), ...parts.map((part) => part.labelsName?.slice(file.name.length + 2)), classNames?.key])
    ignored.push(...arrays.filter(({ key }) => !mentioned.has(key)).map(({ key }) => key))
    if (parts.length === 0) throw new RejectedFileError(`no array of examples in it (${arrays.map(({ key, header }) => `${key} ${header.shape.join('×')}`).join(', ') || 'no arrays at all'})`)
    return { parts, ignored }
  } finally {
    zip.close()
  }
}

/** Arrays named after splits when there are any, else the largest array. */
function chooseExamples(arrays: NpzArray[]): NpzArray[] {
  const named = arrays.filter(({ key }) => splitOfName(key) !== null)
  if (named.length > 0) {
    const size = ({ header }: NpzArray) => header.shape.slice(1).reduce((product, extent) => product * extent, 1)
    const widest = Math.max(...named.map(size))
    return named.filter((array) => size(array) === widest)
  }
  const total = ({ header }: NpzArray) => header.shape.reduce((product, extent) => product * extent, 1)
  return arrays.slice().sort((a, b) => total(b) - total(a)).slice(0, 1)
}

async function* entryRows(diskPath: string, name: string, array: NpzArray, signal?: AbortSignal) {
  const zip = await openZip(diskPath, name)
  try {
    const entry = zip.files.find((candidate) => candidate.name === array.file.name)
    if (!entry) throw new RejectedFileError('the file changed while it was read')
    yield* npyRows(array.header, (await entry.stream()) as AsyncIterable<Buffer>, signal)
  } finally {
    zip.close()
  }
}

async function readNumbers({ header, file }: NpzArray): Promise<Labels> {
  const numbers: number[] = []
  const flat = { ...header, shape: [header.shape[0]!], fortranOrder: false }
  for await (const { values } of npyRows(flat, (await file.stream()) as AsyncIterable<Buffer>)) for (const value of values) numbers.push(value)
  return numbers
}
