import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StorageError, storageError, writeFileAtomically } from './atomicWrite'
import type { WrittenFile } from './atomicWrite'

/**
 * The safetensors format: u64 little-endian length of a JSON header, the header, then the tensors' bytes (little-endian, row-major,
 * one after another without gaps). Files are interchangeable with the Python package of that name.
 */
export type TensorData = Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array | Uint16Array | Uint32Array

export interface StoredTensor {
  shape: readonly number[]
  data: TensorData
}

export type StoredTensors = ReadonlyMap<string, StoredTensor>

export interface TensorFile {
  tensors: Map<string, StoredTensor>
  metadata: Record<string, string>
}

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const
type TypeName = keyof typeof TYPES

/** The reference implementation refuses headers above this size. */
const LARGEST_HEADER = 100_000_000
const METADATA = '__metadata__'

const typeOf = (data: TensorData): TypeName => (Object.keys(TYPES) as TypeName[]).find((name) => data instanceof TYPES[name])!
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

/** The file's content in pieces, wide element types first so that every tensor stays aligned, then by name. */
export function encodeSafetensors(tensors: StoredTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const entries = [...tensors].sort(([nameA, a], [nameB, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1))
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { [METADATA]: metadata } : {}
  let offset = 0
  for (const [name, { shape, data }] of entries) {
    if (name === METADATA) throw new Error(`A tensor cannot be named ${METADATA}.`)
    if (sizeOf(shape) !== data.length) throw new Error(`Tensor '${name}' of shape [${shape.join(', ')}] has ${data.length} values.`)
    header[name] = { dtype: typeOf(data), shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ')
  text.copy(padded)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  return [length, padded, ...entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]
}

/** Atomic and fsynced. */
export function writeSafetensors(path: string, tensors: StoredTensors, metadata: Readonly<Record<string, string>> = {}): Promise<WrittenFile> {
  return writeFileAtomically(path, encodeSafetensors(tensors, metadata))
}

export interface ReadOptions {
  /** Refuses a file of another content (hexadecimal). */
  sha256?: string
}

/** Reads and checks a whole file; a torn or altered one is refused with an error that names it. */
export async function readSafetensors(path: string, { sha256 }: ReadOptions = {}): Promise<TensorFile> {
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    throw storageError('read', path, error)
  }
  if (sha256 !== undefined && createHash('sha256').update(content).digest('hex') !== sha256) {
    throw new StorageError(`${path} is damaged: its checksum does not match. Use another checkpoint.`, path)
  }
  return decodeSafetensors(content, path)
}

export function decodeSafetensors(content: Uint8Array, path: string): TensorFile {
  const refuse = (what: string): never => {
    throw new StorageError(`${path} is not a complete safetensors file: ${what}. Use another checkpoint or copy the file again.`, path)
  }
  if (content.byteLength < 8) return refuse(`it has only ${content.byteLength} bytes`)
  const headerLength = Number(new DataView(content.buffer, content.byteOffset, 8).getBigUint64(0, true))
  if (headerLength > LARGEST_HEADER) return refuse(`its header claims ${headerLength} bytes`)
  const start = 8 + headerLength
  if (content.byteLength < start) return refuse(`its header needs ${headerLength} bytes and ${content.byteLength - 8} are there`)
  const header = parseHeader(content.subarray(8, start))
  if (header === null) return refuse('its header is not valid JSON')

  const tensors = new Map<string, StoredTensor>()
  const { [METADATA]: metadata, ...entries } = header
  let end = 0
  for (const [name, entry] of Object.entries(entries).sort(([, a], [, b]) => offsetOf(a) - offsetOf(b))) {
    const fields = entry as { dtype?: unknown; shape?: unknown; data_offsets?: unknown } | null
    const shape = fields?.shape
    const offsets = fields?.data_offsets
    const Type = TYPES[fields?.dtype as TypeName]
    if (!Type) return refuse(`tensor '${name}' has the element type ${String(fields?.dtype)}, which is not supported`)
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return refuse(`the header entry of tensor '${name}' is malformed`)
    const bytes = sizeOf(shape) * Type.BYTES_PER_ELEMENT
    if (offsets[0] !== end || offsets[1] !== end + bytes) return refuse(`the place of tensor '${name}' does not fit its shape`)
    end += bytes
    if (content.byteLength < start + end) return refuse(`it ends inside tensor '${name}' (${content.byteLength} bytes, at least ${start + end} expected)`)
    // Copied, since a view must start at a multiple of the element's size.
    tensors.set(name, { shape, data: new Type(new Uint8Array(content.subarray(start + end - bytes, start + end)).buffer) })
  }
  if (content.byteLength !== start + end) return refuse(`it has ${content.byteLength} bytes where ${start + end} are expected`)
  return { tensors, metadata: (metadata ?? {}) as Record<string, string> }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof header === 'object' && header !== null && !Array.isArray(header) ? (header as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
const offsetOf = (entry: unknown): number => (entry as { data_offsets?: number[] } | null)?.data_offsets?.[0] ?? 0
