import { readFileSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Domain, SplitName } from '../contract/domain'
import { dimensionsOf } from '../contract/domain'
import { datasetRecordSchema } from '../contract/records/dataset'
import { levelsView } from './levelsView'
import { openFeatures } from './openFeatures'
import type { SplitReader } from './packedStore'
import { coalesce } from './positionedReads'
import { UserError } from './userError'

const storedPartSchema = datasetRecordSchema.pick({ name: true, domain: true, options: true, counts: true, dimensions: true, store: true })
type StoredPart = z.infer<typeof storedPartSchema>

/** Opens one split of the data set in `folder`. A split of zero examples opens as an empty reader. */
export async function openSplit(folder: string, split: SplitName): Promise<SplitReader> {
  const record = readStoredPart(folder)
  const count = record.counts[split]
  const bytesPerValue = record.store.dtype === 'i16' ? 2 : 1
  const file = join(folder, `${split}.bin`)
  const damaged = (what: string) => new UserError(`The data set in ${folder} is damaged: ${what}.`, { mend: 'Import it again from its sources.' })

  const size = await stat(file).then((found) => found.size, () => -1)
  if (size < 0 && count > 0) throw damaged(`${split}.bin is missing`)
  if (count > 0 && size !== record.dimensions[split] * bytesPerValue)
    throw damaged(`${split}.bin has ${size} bytes where ${record.dimensions[split] * bytesPerValue} are expected`)

  const offsets = record.domain.variableLength ? await readOffsets(join(folder, `${split}.offsets.bin`), count) : null
  if (offsets && offsets[count] !== record.dimensions[split]) throw damaged(`${split}.offsets.bin does not match ${split}.bin`)
  const labels = await readLabels(join(folder, `${split}.labels.bin`))
  if (labels && labels.length !== count) throw damaged(`${split}.labels.bin has ${labels.length} labels for ${count} examples`)

  const lengthsOf = offsets ? Array.from({ length: count }, (_value, index) => offsets[index + 1]! - offsets[index]!) : null
  const features = record.domain.features && lengthsOf ? await openFeatures(join(folder, `${split}.features.bin`), record.domain.features, lengthsOf) : null
  if (typeof features === 'string') throw damaged(features)
  const handle = count > 0 ? await open(file, 'r') : null
  const toLevels = levelsView({ dtype: record.store.dtype, domain: record.domain, ...record.options }, split)
  const fixedLength = dimensionsOf(record.domain)
  const startOf = (index: number) => (offsets ? offsets[index]! : index * fixedLength)
  const lengthOf = (index: number) => (offsets ? offsets[index + 1]! - offsets[index]! : fixedLength)
  const check = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= count) throw new RangeError(`example ${index} of ${count} in ${split}`)
  }

  /** Levels of `length` values from `start` of each index -> [indices.length × length]; 0 outside the example. */
  function readValues(indices: ArrayLike<number>, start: number, length: number, epoch: number): Float32Array {
    const output = new Float32Array(indices.length * length)
    const wanted: { position: number; bytes: number; slot: number; first: number }[] = []
    for (let slot = 0; slot < indices.length; slot++) {
      const index = indices[slot]!
      check(index)
      const from = Math.max(0, start)
      const to = Math.min(lengthOf(index), start + length)
      if (to > from)
        wanted.push({ position: (startOf(index) + from) * bytesPerValue, bytes: (to - from) * bytesPerValue, slot, first: from })
    }
    if (!handle || wanted.length === 0) return output
    for (const { request, bytes } of coalesce(handle.fd, wanted))
      toLevels(bytes, output, request.slot * length + request.first - start, indices[request.slot]!, request.first, epoch)
    return output
  }

  return {
    split,
    count,
    lengthOf: (index) => (check(index), lengthOf(index)),
    totalDimensions: record.dimensions[split],
    read: async (indices, epoch) => readValues(indices, 0, fixedLength, epoch),
    readWindow: async (index, start, length) => readValues([index], start, length, 0),
    labelsOf: async (indices) => {
      if (!labels) return null
      return Int32Array.from(indices, (index) => (check(index), labels[index]!))
    },
    ...(features ? { featuresOf: async (index: number, first: number, frames: number) => (check(index), features.read(index, first, frames)) } : {}),
    close: async () => {
      await handle?.close()
      await features?.close()
    },
  }
}

function readStoredPart(folder: string): StoredPart {
  const file = join(folder, 'dataset.json')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UserError(`There is no data set in ${folder}.`, { cause })
  }
  try {
    return storedPartSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserError(`${file} is not a valid data set record.`, { mend: 'Import the data set again.', cause })
  }
}

/** (count + 1) × u64 little-endian, in samples. */
async function readOffsets(file: string, count: number): Promise<Float64Array> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  if (count > 0 && bytes.length !== 8 * (count + 1)) throw new UserError(`${file} is damaged: ${bytes.length} bytes for ${count} examples.`, { mend: 'Import the data set again.' })
  const offsets = new Float64Array(count + 1)
  if (bytes.length > 0) for (let i = 0; i <= count; i++) offsets[i] = Number(bytes.readBigUInt64LE(8 * i))
  return offsets
}

async function readLabels(file: string): Promise<Uint16Array | null> {
  const bytes = await readFile(file).catch(() => null)
  if (!bytes) return null
  const labels = new Uint16Array(bytes.length >> 1)
  for (let i = 0; i < labels.length; i++) labels[i] = bytes.readUInt16LE(2 * i)
  return labels
}

/** The name and the domain of the data set in a folder, for callers that hold no record. */
export function readIdentity(folder: string): { name: string; domain: Domain } {
  const { name, domain } = readStoredPart(folder)
  return { name, domain }
}
