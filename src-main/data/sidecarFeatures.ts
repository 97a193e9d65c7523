import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { framesOfSamples } from '../contract/localFeatures'
import type { AudioFeatures } from './audioFeatures'
import { grouped } from './describe'
import { soundTypes, typeByName } from './importers/fileType'
import type { InputFile } from './importers/inputFile'
import { diskFile, readStart, RejectedFileError } from './importers/inputFile'
import { NPY_START, parseNpyHeader } from './importers/npy'
import { readNpyFrames } from './importers/npyFrames'
import { openSound } from './importers/sound'
import { walkInputs } from './importers/walk'
import type { SourceInput } from './sourceInput'
import { UserError } from './userError'

/** Recordings whose features are looked into before the import. */
const LOOKED_INTO = 64
/** Recordings that are passed by until one with features is found. */
const MOST_PASSED = 2000
/** Frames that a recording may have more or less than its samples make: programs differ in how they treat its ends. */
const TOLERANCE = 2

/** Length of a recording at the import's sample rate, and its number of frames. */
interface Pair {
  name: string
  samples: number
  frames: number
  size: number
}

/** Features of `x.npy` beside `x.wav`, frames × size numbers. */
export async function sidecarFeatures(input: SourceInput, sampleRate: number): Promise<AudioFeatures> {
  const pairs = await somePairs(input, sampleRate)
  const [first] = pairs
  if (!first)
    throw new UserError('No recording has a file of features beside it: x.npy beside x.wav, frames × features.', { field: 'features', mend: "Put the files there, or choose the recordings' own log-mel energies." })
  const { size } = first
  const hop = input.settings.frameRate === undefined ? deducedHop(pairs) : hopOfRate(input.settings.frameRate, sampleRate)
  return {
    domain: { size, hop, mean: [], deviation: [] },
    recognised: `with ${size} features from files every ${hop} samples`,
    whole: true,
    async of(file, clips) {
      const samples = clips.reduce((sum, { length }) => sum + length, 0)
      const frames = await framesBeside(file, { size, hop, samples })
      let from = 0
      return clips.map((clip) => {
        const count = framesOfSamples(clip.length, hop)
        return frames.slice(from * size, (from += count) * size)
      })
    },
  }
}

/** Where the features of a recording lie; null inside archives. */
const besideOf = ({ diskPath }: InputFile): string | null => diskPath && diskPath.slice(0, diskPath.length - extname(diskPath).length) + '.npy'

async function sidecarOf(file: InputFile): Promise<InputFile> {
  const path = besideOf(file)
  if (path === null) throw new RejectedFileError('its features are looked for beside it on the disk, but it lies in an archive; unpack that')
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new RejectedFileError(`it has no features: there is no ${basename(path)} beside it`)
  return diskFile(path, basename(path), found.size)
}

/** The frames of a recording, as many as its samples make: what lacks at the end repeats the last one, what is too much is left out. */
async function framesBeside(file: InputFile, { size, hop, samples }: { size: number; hop: number; samples: number }): Promise<Float32Array> {
  const sidecar = await sidecarOf(file)
  const read = await readNpyFrames(sidecar).catch((error: unknown) => {
    throw error instanceof RejectedFileError ? new RejectedFileError(`${sidecar.name}: ${error.message}`, { cause: error }) : error
  })
  if (read.size !== size) throw new RejectedFileError(`${sidecar.name} has ${read.size} features in a frame where most have ${size}`)
  const needed = framesOfSamples(samples, hop)
  if (Math.abs(read.frames - samples / hop) > TOLERANCE)
    throw new RejectedFileError(`${sidecar.name} has ${grouped(read.frames)} frames where ${grouped(samples)} samples make ${grouped(needed)}, one for every ${hop}`)
  const frames = new Float32Array(needed * size)
  frames.set(read.values.subarray(0, frames.length))
  for (let frame = read.frames; frame < needed; frame++) frames.set(read.values.subarray((read.frames - 1) * size), frame * size)
  return frames
}

async function somePairs({ paths, scratch, signal }: SourceInput, sampleRate: number): Promise<Pair[]> {
  const pairs: Pair[] = []
  let passed = 0
  for await (const file of walkInputs(paths, { signal, scratch: scratch.get, onRejected: () => undefined })) {
    const type = typeByName(file.name)
    if (type === null || !soundTypes.has(type)) continue
    try {
      const { shape } = parseNpyHeader(await readStart(await sidecarOf(file), NPY_START))
      const { frames, sampleRate: own } = await openSound(file)
      const [count, size] = shape
      if (frames && count && size && shape.length === 2) pairs.push({ name: file.name, samples: Math.ceil((frames * sampleRate) / own), frames: count, size })
    } catch (error) {
      // The import itself says of each file what is wrong with it.
      if (!(error instanceof RejectedFileError)) throw error
    }
    if (pairs.length === LOOKED_INTO || (passed += 1) === MOST_PASSED) break
  }
  return pairs
}

/** Frames must hold a whole number of samples. */
function hopOfRate(frameRate: number, sampleRate: number): number {
  const hop = Math.round(sampleRate / frameRate)
  if (hop >= 1 && Math.abs(sampleRate / frameRate / hop - 1) < 1e-3) return hop
  throw new UserError(`${frameRate} frames a second are one for every ${(sampleRate / frameRate).toFixed(2)} samples at ${grouped(sampleRate)} Hz, which must be a whole number.`, {
    field: 'frameRate',
    mend: `Resample the recordings, for example to ${grouped(Math.round(Math.max(1, hop) * frameRate))} Hz, or give the rate of the frames exactly.`,
  })
}

/** The samples of a frame that explain all lengths within one frame; the likeliest of several. */
function deducedHop(pairs: readonly Pair[]): number {
  const mend = 'Give the number of frames of a second.'
  let [least, most] = [1, Infinity]
  for (const { samples, frames } of pairs) {
    least = Math.max(least, samples / (frames + 1))
    if (frames > 1) most = Math.min(most, samples / (frames - 1))
  }
  const mean = pairs.reduce((sum, { samples }) => sum + samples, 0) / pairs.reduce((sum, { frames }) => sum + frames, 0)
  if (most === Infinity || Math.ceil(least) > Math.floor(most))
    throw new UserError(`The features of ${pairs[0]!.name} and the others do not say how many frames a second has.`, { field: 'frameRate', mend })
  // Frames that begin within the recording, also with one that begins at its very end.
  const usual = (hop: number): boolean => pairs.every(({ samples, frames }) => Math.ceil(samples / hop) === frames) || pairs.every(({ samples, frames }) => 1 + Math.floor(samples / hop) === frames)
  const candidates = Array.from({ length: Math.min(10_000, Math.floor(most) - Math.ceil(least) + 1) }, (_value, index) => Math.ceil(least) + index)
  const likely = candidates.filter(usual)
  return (likely.length > 0 ? likely : candidates).reduce((best, hop) => (rank(hop, mean) < rank(best, mean) ? hop : best))
}

/** Round numbers first among those that fit as well: frames are chosen by people. */
function rank(hop: number, mean: number): number {
  const roundness = [100, 80, 64, 50, 40, 32, 20, 16, 10, 8, 5].findIndex((divisor) => hop % divisor === 0)
  return (roundness < 0 ? 20 : roundness) + Math.abs(hop - mean) / mean
}
