import type { InputFile } from './inputFile'
import { baseName, RejectedFileError } from './inputFile'
import { notThis } from './fileType'
import { gunzipIfPacked } from './gzip'
import type { MatrixPart, NumberArray, RowBatch } from './matrix'
import { wholeRows } from './matrix'
import { splitOfPath } from './splitNames'
import { hasBytes } from './textMatrix'

/**
 * IDX (LeCun, Cortes & Burges, MNIST): 0, 0, element type, number of dimensions, each dimension as u32 big-endian, the values
 * big-endian in C order. Plain or .gz.
 */
interface IdxHeader {
  dtype: number
  shape: number[]
  bytes: number
}

const elementBytes: Readonly<Record<number, number>> = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8 }
/** Bytes of one example at most. */
const LARGEST_ROW = 1 << 26

export interface IdxFile {
  file: InputFile
  header: IdxHeader
}

/** Reads the header alone. */
export async function openIdx(file: InputFile): Promise<IdxFile> {
  const source = await gunzipIfPacked(await file.stream())
  try {
    let start = Buffer.alloc(0)
    for await (const chunk of source) {
      start = Buffer.concat([start, chunk as Buffer])
      if (start.length >= 20) break
    }
    return { file, header: parseHeader(start, file.name) }
  } finally {
    source.destroy()
  }
}

function parseHeader(start: Buffer, name: string): IdxHeader {
  if (start.length < 8 || start[0] !== 0 || start[1] !== 0) throw new RejectedFileError(notThis('an IDX file', name, start))
  const dtype = start[2]!
  const rank = start[3]!
  const size = elementBytes[dtype]
  if (!size || rank < 1 || rank > 4) throw new RejectedFileError(`not an IDX file (type ${dtype}, ${rank} dimensions)`)
  if (start.length < 4 + 4 * rank) throw new RejectedFileError('the IDX header is cut off')
  const shape = Array.from({ length: rank }, (_, i) => start.readUInt32BE(4 + 4 * i))
  if (shape.slice(1).some((extent) => extent === 0) || shape.slice(1).reduce((product, extent) => product * extent, size) > LARGEST_ROW)
    throw new RejectedFileError(`damaged IDX (shape ${shape.join(' × ')})`)
  return { dtype, shape, bytes: 4 + 4 * rank }
}

/** Values of the whole file in batches of rows; checks that exactly the declared number is there. */
export async function* idxRows({ file, header }: IdxFile, signal?: AbortSignal): AsyncGenerator<RowBatch> {
  const size = elementBytes[header.dtype]!
  const perRow = header.shape.slice(1).reduce((product, extent) => product * extent, 1)
  const declared = header.shape[0]!
  const source = await gunzipIfPacked(await file.stream())
  let rows = 0
  try {
    for await (const { bytes, count } of wholeRows(skip(source, header.bytes), perRow * size)) {
      signal?.throwIfAborted()
      rows += count
      if (rows > declared) break
      yield { values: decode(bytes, header.dtype), count }
    }
  } catch (error) {
    if (rows < declared && error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR')
      throw new RejectedFileError(`the file ends after ${rows} of ${declared} examples: a truncated download`, { cause: error })
    throw error
  } finally {
    source.destroy()
  }
  if (rows < declared) throw new RejectedFileError(`the file ends after ${rows} of ${declared} examples: a truncated download`)
  if (rows > declared) throw new RejectedFileError(`the file holds more than the ${declared} examples it declares`)
}

async function* skip(source: AsyncIterable<unknown>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (left >= chunk.length) left -= chunk.length
    else {
      yield left > 0 ? chunk.subarray(left) : chunk
      left = 0
    }
  }
}

function decode(bytes: Buffer, dtype: number): NumberArray {
  if (dtype === 0x08) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  if (dtype === 0x09) return Int8Array.from(bytes, (value) => (value << 24) >> 24)
  if (dtype === 0x0b) return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16BE(2 * i))
  if (dtype === 0x0c) return Int32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32BE(4 * i))
  if (dtype === 0x0d) return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatBE(4 * i))
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleBE(8 * i))
}

/** Images and labels of one name: 'train-images-idx3-ubyte.gz' and 'train-labels-idx1-ubyte.gz'. */
export async function idxParts(files: IdxFile[]): Promise<MatrixPart[]> {
  const labelFiles = new Map(files.filter(({ header }) => header.shape.length === 1).map((labels) => [pairName(labels.file.name), labels]))
  const parts: MatrixPart[] = []
  for (const images of files.filter(({ header }) => header.shape.length > 1)) {
    const [count, ...shape] = images.header.shape
    const labelFile = labelFiles.get(pairName(images.file.name))
    const part: MatrixPart = {
      name: images.file.name, file: images.file.name, format: 'IDX', split: splitOfPath(images.file.name), count: count!, shape,
      layout: shape.length === 3 ? 'channels-last' : 'rows', rows: (signal) => idxRows(images, signal),
      looksWhole: () => hasBytes(images.file, images.header.bytes + elementBytes[images.header.dtype]! * images.header.shape.reduce((product, extent) => product * extent, 1)),
    }
    if (labelFile) {
      part.labelsName = labelFile.file.name
      part.labels = await readLabels(labelFile)
    }
    parts.push(part)
  }
  return parts
}

async function readLabels(file: IdxFile): Promise<number[]> {
  const labels: number[] = []
  for await (const { values } of idxRows(file)) for (const value of values) labels.push(value)
  return labels
}

function pairName(name: string): string {
  return baseName(name).toLowerCase().replace(/images?|labels?|idx\d|ubyte|\.gz$|[^a-z0-9]/g, '')
}
