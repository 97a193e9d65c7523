import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Domain } from '../../contract/domain'
import { levelArray } from '../../contract/levels'
import type { LevelArray } from '../../contract/levels'
import type { CompletionMask, CompletionSource } from '../../contract/records/completion'
import { clipsOf } from '../../data/clips'
import { levelEncoding } from '../../data/encodeLevels'
import { decodeAnimation } from '../../data/importers/animation'
import type { Pixels } from '../../data/importers/image'
import { convertPixels } from '../../data/importers/image'
import { memoryFile, rejectionReason } from '../../data/importers/inputFile'
import { UserError } from '../../data/userError'
import { levelsOfPcm } from '../../data/levelsOfPcm'

export interface Continuation {
  source: CompletionSource
  mask: CompletionMask
  /** Samples of the recording, and of it with what follows. */
  primed: number
  length: number
}

/** A recording to be continued by so many seconds, in the levels and at the sample rate of a run's data. */
export async function continuationOf(file: string, seconds: number, domain: Domain): Promise<Continuation> {
  if (domain.kind === 'video') return clipContinuation(file, domain)
  if (domain.kind !== 'audio' || domain.sampleRate === undefined)
    throw new UserError(`--prime ${file}: only models of audio and video continue a recording.`, { field: 'prime', mend: 'Use chainrule complete --mask for images and tables.' })
  const start = await readLevels(file, { ...domain, sampleRate: domain.sampleRate })
  const length = start.length + Math.max(1, Math.round(seconds * domain.sampleRate))
  const levels = new (levelArray(domain.levels))(length)
  levels.set(start)
  return {
    source: { kind: 'levels', levels },
    mask: { kind: 'pixels', unknown: new Uint8Array(length).fill(1, start.length) },
    primed: start.length,
    length,
  }
}

/** The frames of an animation, to be continued to the length of the model's clips, in the levels and the size of its data. */
async function clipContinuation(given: string, domain: Domain): Promise<Continuation> {
  const [, file = given, wanted] = /^(.*?)(?:#(\d+))?$/.exec(given) ?? []
  const [frames = 1, height = 1, width = 1, channels = 1] = domain.shape
  const bytes = await readFile(resolve(file)).catch(() => {
    throw new UserError(`--prime ${file}: there is no such file.`, { field: 'prime', mend: 'Give an animated GIF or WebP.' })
  })
  const all = await decodeAnimation(bytes, basename(file)).catch((error: unknown) => {
    throw new UserError(`--prime ${file}: ${rejectionReason(error)}.`, { field: 'prime', mend: 'Give an animated GIF or WebP.', cause: error })
  })
  const pictures = wanted === undefined ? all : all.slice(0, Math.max(1, Number(wanted)))
  if (pictures.length >= frames)
    throw new UserError(`--prime ${file} has ${pictures.length} frames, but the clips of this run have ${frames}, so there is nothing left to continue.`, {
      field: 'prime',
      mend: `Give at most ${frames - 1} frames; ${file}#${Math.floor(frames / 2)} takes the first ${Math.floor(frames / 2)}.`,
    })
  return continued(pictures, { frames, height, width, channels: channels === 3 ? 3 : 1, levels: domain.levels })
}

async function continued(pictures: readonly Pixels[], { frames, height, width, channels, levels: K }: { frames: number; height: number; width: number; channels: 1 | 3; levels: number }): Promise<Continuation> {
  const size = height * width * channels
  const encoding = levelEncoding(256, { levels: K, binarize: K === 2 ? 'threshold' : 'none', threshold: 0.5, seed: 0 })
  const levels = new Uint8Array(frames * size)
  for (const [frame, picture] of pictures.entries()) {
    const { data } = await convertPixels(picture, { channels, size: { width, height } })
    levels.set(encoding.encode(data, 0), frame * size)
  }
  const primed = pictures.length * size
  return { source: { kind: 'levels', levels }, mask: { kind: 'pixels', unknown: new Uint8Array(frames * size).fill(1, primed) }, primed, length: levels.length }
}

/** Levels of a WAV file as some data has them, mixed to one channel and brought to its sample rate. */
export async function readLevels(file: string, domain: Pick<Domain, 'encoding' | 'levels'> & { sampleRate: number }): Promise<LevelArray> {
  const bytes = await readFile(resolve(file)).catch(() => {
    throw new UserError(`--prime ${file}: there is no such file.`, { field: 'prime', mend: 'Give a PCM WAV file.' })
  })
  try {
    for await (const clip of clipsOf(memoryFile(basename(file), bytes), { sampleRate: domain.sampleRate, clipSamples: null })) return levelsOfPcm(clip, domain)
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${rejectionReason(error)}.`, { field: 'prime', mend: 'Convert it to PCM WAV.', cause: error })
  }
  throw new UserError(`${file} holds no sound.`, { field: 'prime', mend: 'Give a recording of at least one sample.' })
}
