import type { SplitName } from '../contract/domain'
import { imageTypes, matrixTypes, typeByContent, typeByName } from './importers/fileType'
import type { ImageTarget } from './importers/image'
import { decodeImage, LARGEST_IMAGE_FILE } from './importers/image'
import type { InputFile } from './importers/inputFile'
import { readStart, readWhole, RejectedFileError, rejectionReason } from './importers/inputFile'
import { createResampler } from './importers/resample'
import { splitOfPath } from './importers/splitNames'
import { walkInputs } from './importers/walk'
import { openWav, toPcm16 } from './importers/wav'
import type { LabelRule } from './labelRule'
import { mapInOrder } from './mapInOrder'
import type { PreparedExample, ReadContext } from './source'

/** Images decoded at once. */
const CONCURRENCY = 12

export interface FileRules {
  paths: string[]
  labels: LabelRule
  /** Whether classes go into the data set. */
  useLabels: boolean
  /** Split by the user's patterns. */
  patternSplit: (name: string) => SplitName | null
  /** Splits by names and folders count; a file without one is refused unless it may go to train. */
  given: { use: boolean; unnamedIsTrain: boolean }
  scratch: () => Promise<string>
}

interface Tagged {
  split: SplitName | null
  label: string | null
}

/** Split and class of a file by the rules; throws where a rule leaves it out. */
function tagsOf(name: string, rules: FileRules): Tagged {
  const byPattern = rules.patternSplit(name)
  const split = byPattern ?? (rules.given.use ? splitOfPath(name) : null)
  if (split === null && rules.given.use && !rules.given.unnamedIsTrain) throw new RejectedFileError('neither its name nor its folder says train, valid or test')
  const label = rules.useLabels ? rules.labels.labelOf(name) : null
  if (label === null && rules.useLabels) throw new RejectedFileError(`it has no class: ${rules.labels.missing || 'it lies in no class folder'}`)
  return { split, label }
}

/** Loose files of one kind under the dropped paths; others have been reported already. */
async function* filesOfKind(kind: 'image' | 'audio', rules: FileRules, context: ReadContext): AsyncGenerator<InputFile> {
  for await (const file of walkInputs(rules.paths, { signal: context.signal, scratch: rules.scratch, onRejected: () => undefined })) {
    let type = typeByName(file.name)
    if (type !== null && matrixTypes.has(type)) continue
    if (type === null && file.diskPath !== null) type = typeByContent(await readStart(file, 16).catch(() => Buffer.alloc(0)))
    if (type !== null && (kind === 'audio' ? type === 'wav' : imageTypes.has(type))) yield file
  }
}

/**
 * Images, several decoded at once, in order. A file of another size than `expected` is refused when there is no size to resize to.
 * values: intensities [height, width, channels].
 */
export async function* readImages(rules: FileRules, target: ImageTarget, expected: { width: number; height: number }, context: ReadContext): AsyncGenerator<PreparedExample> {
  async function* loaded(): AsyncGenerator<{ name: string; bytes: Buffer | null; tags: Tagged | null; error: unknown }> {
    for await (const file of filesOfKind('image', rules, context)) {
      try {
        yield { name: file.name, tags: tagsOf(file.name, rules), bytes: await readWhole(file, LARGEST_IMAGE_FILE), error: null }
      } catch (error) {
        yield { name: file.name, bytes: null, tags: null, error }
      }
    }
  }
  const decoded = mapInOrder(loaded(), CONCURRENCY, async ({ name, bytes, tags, error }) => {
    try {
      if (!bytes) throw error
      return { name, tags, values: await preparedImage(bytes, name, target, expected), reason: '' }
    } catch (problem) {
      return { name, tags, values: null, reason: rejectionReason(problem) }
    }
  })
  let group = 0
  for await (const { name, tags, values, reason } of decoded) {
    context.signal?.throwIfAborted()
    if (values && tags) yield { name, split: tags.split, label: tags.label, group: group++, values }
    else context.onRejected(name, reason)
  }
}

export async function preparedImage(bytes: Buffer, name: string, target: ImageTarget, expected: { width: number; height: number }): Promise<Uint8Array> {
  const pixels = await decodeImage(bytes, name, target)
  if (pixels.width !== expected.width || pixels.height !== expected.height)
    throw new RejectedFileError(`${pixels.width} × ${pixels.height} pixels where most have ${expected.width} × ${expected.height}; give a size to resize all of them`)
  return pixels.data
}

export interface AudioTarget {
  /** Hz */
  sampleRate: number
  /** Longest clip; longer recordings are cut into consecutive ones. */
  clipSamples: number | null
}

/** Clips of 16-bit PCM. All clips of one recording form a group. */
export async function* readClips(rules: FileRules, target: AudioTarget, context: ReadContext): AsyncGenerator<PreparedExample> {
  let group = 0
  for await (const file of filesOfKind('audio', rules, context)) {
    try {
      const tags = tagsOf(file.name, rules)
      // A damaged recording is refused as a whole, so its clips wait until it has been read to its end.
      const clips: Int16Array[] = []
      for await (const clip of clipsOf(file, target)) {
        context.signal?.throwIfAborted()
        clips.push(clip)
      }
      for (const values of clips) yield { name: file.name, ...tags, group, values }
      group += 1
    } catch (error) {
      context.signal?.throwIfAborted()
      context.onRejected(file.name, rejectionReason(error))
    }
  }
}

/** One recording, mixed to one channel, resampled and cut. */
export async function* clipsOf(file: InputFile, target: AudioTarget): AsyncGenerator<Int16Array> {
  const wav = await openWav(file)
  const resampler = createResampler(wav.header.sampleRate, target.sampleRate)
  const limit = target.clipSamples ?? Infinity
  const expected = Math.ceil(((wav.frames ?? 65536) * target.sampleRate) / wav.header.sampleRate)
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
  for await (const block of wav.blocks) yield* take(resampler.push(block))
  yield* take(resampler.end())
  if (used > 0) yield clip.subarray(0, used)
  else if (!any) throw new RejectedFileError('it holds no samples')
}
