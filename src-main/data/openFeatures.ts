import { readSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FeatureDomain } from '../contract/localFeatures'
import { framesOfSamples } from '../contract/localFeatures'

export interface FeatureReader {
  /** `count` frames of a clip from `first` on, [count × size]; behind the end the last frame goes on. */
  read(clip: number, first: number, count: number): Float32Array
  close(): Promise<void>
}

/** Opens the features beside clips of so many samples each; a sentence when the file does not fit them. */
export async function openFeatures(file: string, { size, hop }: Pick<FeatureDomain, 'size' | 'hop'>, lengths: readonly number[]): Promise<FeatureReader | string> {
  const starts = new Float64Array(lengths.length + 1)
  lengths.forEach((length, clip) => (starts[clip + 1] = starts[clip]! + framesOfSamples(length, hop)))
  const expected = starts[lengths.length]! * size * 4
  const found = await stat(file).then((entry) => entry.size, () => -1)
  if (found !== expected) return found < 0 ? `${basename(file)} is missing` : `${basename(file)} has ${found} bytes where ${expected} are expected`
  const handle = await open(file, 'r')
  return {
    read(clip, first, count) {
      const frames = starts[clip + 1]! - starts[clip]!
      const from = Math.min(first, frames - 1)
      const given = Math.min(count, frames - from)
      const values = new Float32Array(count * size)
      const bytes = new Uint8Array(values.buffer, 0, given * size * 4)
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(handle.fd, bytes, done, bytes.length - done, (starts[clip]! + from) * size * 4 + done)
        if (read === 0) throw new Error(`${file} ends early`)
        done += read
      }
      for (let frame = given; frame < count; frame++) values.copyWithin(frame * size, (given - 1) * size, given * size)
      return values
    },
    close: () => handle.close(),
  }
}
