import type { InputFile } from './inputFile'
import { readWhole, RejectedFileError } from './inputFile'
import { isNumeric, NPY_START, npyRows, parseNpyHeader } from './npy'

/** Features of one recording are read into memory. */
const LARGEST_FILE = 2 ** 30

export interface NpyFrames {
  /** Frames × size. */
  values: Float32Array
  frames: number
  size: number
}

/** A NumPy array of frames × numbers, every one of them finite. Throws RejectedFileError. */
export async function readNpyFrames(file: InputFile): Promise<NpyFrames> {
  const bytes = await readWhole(file, LARGEST_FILE)
  const header = parseNpyHeader(bytes.subarray(0, NPY_START))
  const { shape } = header
  if (shape.length !== 2 || shape.includes(0)) throw new RejectedFileError(`an array of shape (${shape.join(', ')}) where frames × features are expected`)
  if (!isNumeric(header)) throw new RejectedFileError(`elements of type ${header.dtype}; save numbers`)
  const [frames, size] = shape as [number, number]
  const values = new Float32Array(frames * size)
  let row = 0
  for await (const batch of npyRows(header, inOne(bytes))) {
    values.set(batch.values.length === batch.count * size ? batch.values : batch.values.subarray(0, batch.count * size), row * size)
    row += batch.count
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw new RejectedFileError(`frame ${Math.floor(wrong / size)}, feature ${wrong % size} is no finite number`)
  return { values, frames, size }
}

async function* inOne(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
