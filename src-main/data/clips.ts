import type { InputFile } from './importers/inputFile'
import { RejectedFileError } from './importers/inputFile'
import { createResampler } from './importers/resample'
import { createTrimmer } from './importers/trimSilence'
import { openSound } from './importers/sound'
import { toPcm16 } from './importers/wav'

export interface AudioTarget {
  /** Hz */
  sampleRate: number
  /** Longest clip; longer recordings are cut into consecutive ones. */
  clipSamples: number | null
  /** dBFS below which the start and the end of a recording are dropped; nothing is when absent. */
  trimSilence?: number | undefined
}

/** Recordings are cut here at the latest, so that hours of sound pass through a few megabytes: 4 minutes at 16 kHz. */
export const LONGEST_CLIP = 2 ** 22

/** What was done to recordings on the way, summed up over an import. */
export interface AudioRemarks {
  /** Seconds of silence that were dropped. */
  droppedSeconds: number
  /** Samples that were no numbers, taken as silence. */
  notNumbers: number
}

/** One recording, mixed to one channel, resampled, trimmed and cut. */
export async function* clipsOf(file: InputFile, target: AudioTarget, remarks?: AudioRemarks): AsyncGenerator<Int16Array> {
  const sound = await openSound(file)
  const { sampleRate } = sound
  const resampler = createResampler(sampleRate, target.sampleRate)
  const trimmer = target.trimSilence === undefined ? null : createTrimmer(target.trimSilence, target.sampleRate)
  const limit = Math.min(target.clipSamples ?? LONGEST_CLIP, LONGEST_CLIP)
  const expected = Math.ceil(((sound.frames ?? 65536) * target.sampleRate) / sampleRate)
  const capacity = Math.max(1, Math.min(limit, expected, 1 << 20))
  let clip = new Int16Array(capacity)
  let used = 0
  let any = false
  function* take(block: Float32Array): Generator<Int16Array> {
    for (const value of block) {
      if (used === clip.length) {
        const larger = new Int16Array(Math.min(limit, 2 * clip.length))
        larger.set(clip)
        clip = larger
      }
      clip[used++] = toPcm16(value)
      if (used === limit) {
        any = true
        yield clip
        clip = new Int16Array(capacity)
        used = 0
      }
    }
  }
  for await (const block of sound.blocks) {
    const resampled = resampler.push(block)
    yield* take(trimmer ? trimmer.push(resampled) : resampled)
  }
  const last = resampler.end()
  if (trimmer) {
    yield* take(trimmer.push(last))
    const { rest, dropped } = trimmer.end()
    yield* take(rest)
    if (remarks) remarks.droppedSeconds += dropped / target.sampleRate
    if (!any && used === 0 && dropped > 0) throw new RejectedFileError(`it is silent throughout (below ${target.trimSilence} dBFS)`)
  } else yield* take(last)
  if (remarks) remarks.notNumbers += sound.remarks.notNumbers
  if (used > 0) yield clip.subarray(0, used)
  else if (!any) throw new RejectedFileError('it holds no samples')
}
