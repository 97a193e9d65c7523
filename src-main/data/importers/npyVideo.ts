import { open } from 'node:fs/promises'
import type { SplitName } from '../../contract/domain'
import type { InputFile } from './inputFile'
import { readStart, RejectedFileError } from './inputFile'
import { npyBytes, npyRows, NPY_START, parseNpyHeader } from './npy'
import { splitOfPath } from './splitNames'

/** Clips of one shape in a NumPy array of 8-bit numbers. It can be read more than once. */
export interface VideoArray {
  name: string
  split: SplitName | null
  clips: number
  frames: number
  height: number
  width: number
  channels: 1 | 3
  /** The array begins with the frames, as the test set of Moving MNIST does. */
  framesFirst: boolean
  /** Clips in order, each [frames, height, width, channels]. */
  read(signal?: AbortSignal): AsyncGenerator<Uint8Array>
}

const WANTED = 'video is (clips, frames, height, width), or the same with 1 or 3 channels behind'
/** Values of one clip at most: 100 frames of 512 × 512. */
const LARGEST_CLIP = 1 << 25
/** Few frames before so many times as many clips: nobody has a handful of clips of thousands of frames each in one array. */
const FRAMES_FIRST = 32

/** Opens a .npy file of shape [clips, frames, height, width], [clips, frames, height, width, channels] or [frames, clips, height, width]. */
export async function openVideoArray(file: InputFile): Promise<VideoArray> {
  const header = parseNpyHeader(await readStart(file, NPY_START), Infinity)
  const { shape, dtype } = header
  const shown = `an array of shape ${shape.join(' × ')}`
  if (shape.length !== 4 && shape.length !== 5) throw new RejectedFileError(`${shown}; ${WANTED}`)
  if (dtype !== 'u1' && dtype !== 'b1')
    throw new RejectedFileError(`its numbers are of type ${dtype}; save intensities from 0 to 255 as uint8 (array.astype(numpy.uint8))`)
  const [first, second, height, width, channels = 1] = shape as [number, number, number, number, number?]
  if (channels !== 1 && channels !== 3) throw new RejectedFileError(`${shown}; ${WANTED}`)
  if (shape.includes(0)) throw new RejectedFileError(`${shown} holds nothing`)
  const framesFirst = shape.length === 4 && second >= FRAMES_FIRST * first
  const [clips, frames] = framesFirst ? [second, first] : [first, second]
  const size = frames * height * width * channels
  if (size > LARGEST_CLIP) throw new RejectedFileError(`clips of ${size.toLocaleString('en')} values are too large; save shorter or smaller ones`)
  if (file.size !== null && file.size < npyBytes(header)) throw new RejectedFileError(`the array needs ${npyBytes(header)} bytes, but there are ${file.size}: a truncated file`)
  const common = { name: file.name, split: splitOfPath(file.name), clips, frames, height, width, channels: channels as 1 | 3, framesFirst }
  if (!framesFirst) {
    const flat = { ...header, shape: [clips, size] }
    // In Fortran order rows are not contiguous, whatever the shape.
    if (header.fortranOrder) throw new RejectedFileError('an array in Fortran order; save it in C order (numpy.ascontiguousarray)')
    return {
      ...common,
      read: async function* (signal) {
        for await (const { values, count } of npyRows(flat, (await file.stream()) as AsyncIterable<Buffer>, signal))
          for (let clip = 0; clip < count; clip++) yield Uint8Array.from(values.subarray(clip * size, (clip + 1) * size))
      },
    }
  }
  const { diskPath } = file
  if (header.fortranOrder || diskPath === null || /\.gz$/i.test(file.name))
    throw new RejectedFileError(`${shown} begins with the frames, so it must be a .npy file of its own, unpacked and in C order`)
  return { ...common, read: (signal) => framesFirstClips(diskPath, { ...common, start: header.bytes }, signal) }
}

/** Clips read at once: their pictures of one moment lie beside each other in the file. */
const TOGETHER = 64

async function* framesFirstClips(
  path: string,
  { clips, frames, height, width, start }: Pick<VideoArray, 'clips' | 'frames' | 'height' | 'width'> & { start: number },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const size = height * width
  const handle = await open(path, 'r')
  try {
    for (let from = 0; from < clips; from += TOGETHER) {
      signal?.throwIfAborted()
      const count = Math.min(TOGETHER, clips - from)
      const read = Array.from({ length: count }, () => new Uint8Array(frames * size))
      const block = Buffer.alloc(count * size)
      for (let frame = 0; frame < frames; frame++) {
        const { bytesRead } = await handle.read(block, 0, block.length, start + (frame * clips + from) * size)
        if (bytesRead < block.length) throw new RejectedFileError(`the array ends within frame ${frame}: a truncated file`)
        read.forEach((clip, index) => clip.set(block.subarray(index * size, (index + 1) * size), frame * size))
      }
      yield* read
    }
  } finally {
    await handle.close()
  }
}
