import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Domain } from '../../contract/domain'
import { muLawTable } from '../../contract/muLaw'
import type { CompletionMask, CompletionSource } from '../../contract/records/completion'
import { clipsOf } from '../../data/clips'
import { memoryFile, rejectionReason } from '../../data/importers/inputFile'
import { UserError } from '../../data/userError'

export interface Continuation {
  source: CompletionSource
  mask: CompletionMask
  /** Samples of the recording, and of it with what follows. */
  primed: number
  length: number
}

/** A recording to be continued by so many seconds, in the levels and at the sample rate of a run's data. */
export async function continuationOf(file: string, seconds: number, domain: Domain): Promise<Continuation> {
  if (domain.kind !== 'audio' || domain.sampleRate === undefined)
    throw new UserError(`--prime ${file}: only models of audio continue a recording.`, { field: 'prime', mend: 'Use chainrule complete --mask for images and tables.' })
  const start = await readLevels(file, domain.sampleRate)
  const length = start.length + Math.max(1, Math.round(seconds * domain.sampleRate))
  const levels = new Uint8Array(length)
  levels.set(start)
  return {
    source: { kind: 'levels', levels },
    mask: { kind: 'pixels', unknown: new Uint8Array(length).fill(1, start.length) },
    primed: start.length,
    length,
  }
}

/** μ-law levels of a WAV file, mixed to one channel and brought to the sample rate. */
export async function readLevels(file: string, sampleRate: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(resolve(file)).catch(() => {
    throw new UserError(`--prime ${file}: there is no such file.`, { field: 'prime', mend: 'Give a PCM WAV file.' })
  })
  const table = muLawTable()
  try {
    for await (const clip of clipsOf(memoryFile(basename(file), bytes), { sampleRate, clipSamples: null })) return Uint8Array.from(clip, (pcm) => table[pcm + 32768]!)
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${rejectionReason(error)}.`, { field: 'prime', mend: 'Convert it to PCM WAV.', cause: error })
  }
  throw new UserError(`${file} holds no sound.`, { field: 'prime', mend: 'Give a recording of at least one sample.' })
}
