import { RejectedFileError } from './inputFile'
import type { NumberArray, RowBatch } from './matrix'
import { wholeRows } from './matrix'

/** A NumPy array (format 1 to 3): its header, a Python dictionary in text. */
export interface NpyHeader {
  /** 'u1', 'f4', …, 'U12'. */
  dtype: string
  bigEndian: boolean
  fortranOrder: boolean
  shape: number[]
  /** Bytes before the values. */
  bytes: number
}

const itemBytes: Readonly<Record<string, number>> = { b1: 1, u1: 1, i1: 1, u2: 2, i2: 2, u4: 4, i4: 4, u8: 8, i8: 8, f2: 2, f4: 4, f8: 8 }
/** Arrays in Fortran order must be turned in memory. */
const LARGEST_IN_MEMORY = 1 << 30
/** Values of one example at most. */
const LARGEST_ROW = 1 << 24
/** Bytes that surely hold a header. */
export const NPY_START = 64 * 1024

/** Parses the header from the first bytes of an array; rows of more values than `largestRow` are refused. */
export function parseNpyHeader(start: Buffer, largestRow = LARGEST_ROW): NpyHeader {
  if (start.length < 10 || start.toString('latin1', 1, 6) !== 'NUMPY') throw new RejectedFileError('not a NumPy array')
  const major = start[6]!
  const lengthBytes = major === 1 ? 2 : 4
  const length = lengthBytes === 2 ? start.readUInt16LE(8) : start.readUInt32LE(8)
  const from = 8 + lengthBytes
  if (major < 1 || major > 3 || from + length > start.length) throw new RejectedFileError('damaged NumPy array (the header cannot be read)')
  const text = start.toString('latin1', from, from + length)
  const descriptor = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d+)'/.exec(text)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)
  if (!order || !shape) throw new RejectedFileError('damaged NumPy array (the header cannot be read)')
  if (!descriptor) throw new RejectedFileError('a structured or object array; save a plain numeric one')
  const sizes = shape[1]!.split(',').map((size) => size.replace('L', '').trim()).filter(Boolean).map(Number)
  const perRow = sizes.slice(1).reduce((product, size) => product * size, 1)
  if (sizes.some((size) => !Number.isSafeInteger(size)) || perRow > largestRow) throw new RejectedFileError(`rows of ${perRow.toLocaleString('en')} values are too large`)
  return { dtype: `${descriptor[2]}${descriptor[3]}`, bigEndian: descriptor[1] === '>', fortranOrder: order[1] === 'True', shape: sizes, bytes: from + length }
}

export function isNumeric(header: NpyHeader): boolean {
  return itemBytes[header.dtype] !== undefined
}

/** Bytes that a whole file has. */
export function npyBytes({ bytes, dtype, shape }: NpyHeader): number {
  return bytes + shape.reduce((product, extent) => product * extent, itemBytes[dtype] ?? 0)
}

/** The array row by row along its first axis; Fortran order is turned. `chunks` is the array with its header. */
export async function* npyRows(header: NpyHeader, chunks: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<RowBatch> {
  const size = itemBytes[header.dtype]
  if (!size) throw new RejectedFileError(`elements of type ${header.dtype} are not read; save numbers`)
  const [declared = 0, ...inner] = header.shape
  const perRow = inner.reduce((product, extent) => product * extent, 1)
  if (declared === 0 || perRow === 0) return
  const truncated = (rows: number) => new RejectedFileError(`the array ends after ${rows} of ${declared} rows: a truncated file`)
  if (header.fortranOrder && header.shape.length > 1) {
    const total = declared * perRow * size
    if (total > LARGEST_IN_MEMORY) throw new RejectedFileError('an array in Fortran order of more than 1 GB; save it in C order (numpy.ascontiguousarray)')
    const parts: Buffer[] = []
    let have = 0
    for await (const chunk of without(chunks, header.bytes)) {
      signal?.throwIfAborted()
      parts.push(Buffer.from(chunk))
      have += chunk.length
      if (have >= total) break
    }
    if (have < total) throw truncated(Math.floor(have / (perRow * size)))
    yield* fortranRows(decode(Buffer.concat(parts).subarray(0, total), header), header.shape)
    return
  }
  let rows = 0
  for await (const { bytes, count } of wholeRows(without(chunks, header.bytes), perRow * size)) {
    signal?.throwIfAborted()
    const used = Math.min(count, declared - rows)
    if (used > 0) yield { values: decode(bytes.subarray(0, used * perRow * size), header), count: used }
    rows += used
    if (rows === declared) return
  }
  throw truncated(rows)
}

async function* without(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length
    else {
      yield left > 0 ? chunk.subarray(left) : chunk
      left = 0
    }
  }
}

/** values in Fortran order of `shape` -> rows in C order, some at a time. */
export function* fortranRows(values: NumberArray, shape: number[]): Generator<RowBatch> {
  const [count = 0, ...inner] = shape
  const perRow = inner.reduce((product, extent) => product * extent, 1)
  // Position of each value of a row, in C order of the inner axes, inside the Fortran array: Σ index_a · stride_a.
  const offsets = new Float64Array(perRow)
  const strides = inner.map((_, axis) => count * inner.slice(0, axis).reduce((product, extent) => product * extent, 1))
  for (let i = 0; i < perRow; i++) {
    let rest = i
    for (let axis = inner.length - 1; axis >= 0; axis--) {
      offsets[i]! += (rest % inner[axis]!) * strides[axis]!
      rest = Math.floor(rest / inner[axis]!)
    }
  }
  const batch = Math.max(1, Math.floor(262144 / perRow))
  for (let row = 0; row < count; row += batch) {
    const rows = Math.min(batch, count - row)
    const turned = new Float64Array(rows * perRow)
    for (let r = 0; r < rows; r++) for (let i = 0; i < perRow; i++) turned[r * perRow + i] = values[row + r + offsets[i]!]!
    yield { values: turned, count: rows }
  }
}

function decode(bytes: Buffer, header: NpyHeader): NumberArray {
  const { dtype } = header
  const size = itemBytes[dtype]!
  if (dtype === 'u1' || dtype === 'b1') return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  if (dtype === 'i1') return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  const aligned = Buffer.from(bytes)
  if (header.bigEndian && size === 2) aligned.swap16()
  if (header.bigEndian && size === 4) aligned.swap32()
  if (header.bigEndian && size === 8) aligned.swap64()
  const { buffer, byteOffset } = aligned.byteOffset % size === 0 ? aligned : copyAligned(aligned)
  const length = bytes.length / size
  switch (dtype) {
    case 'u2': return new Uint16Array(buffer, byteOffset, length)
    case 'i2': return new Int16Array(buffer, byteOffset, length)
    case 'u4': return new Uint32Array(buffer, byteOffset, length)
    case 'i4': return new Int32Array(buffer, byteOffset, length)
    case 'f4': return new Float32Array(buffer, byteOffset, length)
    case 'f8': return new Float64Array(buffer, byteOffset, length)
    case 'u8': return Float64Array.from(new BigUint64Array(buffer, byteOffset, length), Number)
    case 'i8': return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number)
    default: return Float32Array.from(new Uint16Array(buffer, byteOffset, length), halfToNumber)
  }
}

function copyAligned(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes)
}

/** IEEE 754 half precision. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

/** A one-dimensional array of text ('U12', 'S5'), such as class names. */
export function decodeNames(header: NpyHeader, bytes: Buffer): string[] {
  const [kind, width] = [header.dtype[0], Number(header.dtype.slice(1))]
  const itemSize = kind === 'U' ? 4 * width : width
  const names: string[] = []
  for (let i = 0; i < (header.shape[0] ?? 0); i++) {
    const item = bytes.subarray(header.bytes + i * itemSize, header.bytes + (i + 1) * itemSize)
    let name = ''
    if (kind === 'U') for (let c = 0; c + 4 <= item.length; c += 4) name += String.fromCodePoint(Math.min(0x10ffff, header.bigEndian ? item.readUInt32BE(c) : item.readUInt32LE(c)))
    else name = item.toString('utf8')
    names.push(name.replace(/\0+$/, ''))
  }
  return names
}
