import type { SplitName } from '../contract/domain'
import type { AudioTarget } from './clips'
import { clipsOf } from './clips'
import { imageTypes, matrixTypes, soundTypes, typeByContent, typeByName } from './importers/fileType'
import type { ImageTarget } from './importers/image'
import { decodeImage, LARGEST_IMAGE_FILE } from './importers/image'
import type { InputFile } from './importers/inputFile'
import { readStart, readWhole, RejectedFileError, rejectionReason } from './importers/inputFile'
import { splitOfPath } from './importers/splitNames'
import { walkInputs } from './importers/walk'
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
export function tagsOf(name: string, rules: FileRules): Tagged {
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
    if (type !== null && (kind === 'audio' ? soundTypes.has(type) : imageTypes.has(type))) yield file
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

/** Clips of one recording inside an archive that wait for its end, in samples. */
const MOST_WAITING = 2 ** 28

export interface ClipRules extends AudioTarget {
  /** Each clip is a group of its own: too few recordings to be split whole. */
  apart: boolean
  /** What computes or reads the features beside the clips of a recording, one list of frames for each. */
  features?: ClipFeatures | undefined
}

export interface ClipFeatures {
  /** Frames × size of each clip of a recording, given in order and, where `whole` is set, all of them at once. Throws RejectedFileError. */
  of(file: InputFile, clips: readonly Int16Array[]): Promise<Float32Array[]>
  readonly whole: boolean
}

/** Clips of 16-bit PCM. All clips of one recording form a group. */
export async function* readClips(rules: FileRules, target: ClipRules, context: ReadContext): AsyncGenerator<PreparedExample> {
  let group = 0
  for await (const file of filesOfKind('audio', rules, context)) {
    try {
      const tags = tagsOf(file.name, rules)
      // The header of a file on the disk has been held against its size, so it is read to its end and its clips need not wait, however long it is.
      const waits = file.diskPath === null || /\.gz$/i.test(file.name) || target.features?.whole === true
      const waiting: Int16Array[] = []
      let samples = 0
      for await (const values of clipsOf(file, target, context.audio)) {
        context.signal?.throwIfAborted()
        if (!waits) {
          const [features] = (await target.features?.of(file, [values])) ?? []
          yield { name: file.name, ...tags, group, values, ...(features ? { features } : {}) }
          if (target.apart) group += 1
          continue
        }
        waiting.push(values)
        samples += values.length
        if (samples > MOST_WAITING) throw new RejectedFileError('it is too long to be read inside an archive; unpack it')
      }
      const features = await target.features?.of(file, waiting)
      for (const [index, values] of waiting.entries())
        yield { name: file.name, ...tags, group: target.apart ? group++ : group, values, ...(features ? { features: features[index]! } : {}) }
      if (!target.apart) group += 1
    } catch (error) {
      context.signal?.throwIfAborted()
      context.onRejected(file.name, rejectionReason(error))
    }
  }
}
