import type { SplitName } from '../contract/domain'
import { hashKey, randomUniform } from './hashRandom'
import { decodeImage, inspectImage, LARGEST_IMAGE_FILE, undecodableStart } from './importers/image'
import { inspectAnimation } from './importers/animation'
import { describeForeign, imageTypes, isTextName, matrixTypes, soundTypes, typeByContent, typeByName } from './importers/fileType'
import type { FileType } from './importers/fileType'
import { gunzipIfPacked } from './importers/gzip'
import type { InputFile } from './importers/inputFile'
import { memoryFile, readStart, readWhole, rejectionReason } from './importers/inputFile'
import { splitOfPath } from './importers/splitNames'
import { walkInputs } from './importers/walk'
import { openSound } from './importers/sound'
import type { LabelRule } from './labelRule'

/** How many images or clips are looked into before an import, and how many are kept for the preview. */
const LOOKED_INTO = 200
const KEPT = 24
const LARGEST_KEPT = 20 * 1024 * 1024
/** Time that a quick look spends on one archive. */
const QUICK_MILLISECONDS = 900

/** What one kind of loose file (image or audio) amounts to. */
export interface FileTally {
  count: number
  /** Names of the classes and splits met. */
  labels: Set<string>
  splits: Set<SplitName>
  unsplit: number
  /** A random choice of files, looked into. */
  images: { width: number; height: number; channels: 1 | 3; animated: boolean }[]
  clips: { sampleRate: number; frames: number | null; channels: number }[]
  /** A random choice of whole files for the preview. */
  kept: { name: string; bytes: Buffer }[]
}

export interface Collected {
  images: FileTally
  audio: FileTally
  matrices: { type: FileType; file: InputFile }[]
  rejected: { file: string; reason: string }[]
  /** Text files, which are imported where there is nothing else, and are listed as rejected until then. */
  texts: number
  /** Archives that were not listed to their end, so counts are estimates. */
  estimated: boolean
}

export interface CollectOptions {
  paths: string[]
  labels: LabelRule
  patternSplit: (name: string) => SplitName | null
  /** Lists large archives only in part. */
  quick: boolean
  signal?: AbortSignal
  scratch: () => Promise<string>
}

/** Lists everything under the dropped paths and looks into some of it. */
export async function collectInputs(options: CollectOptions): Promise<Collected> {
  const collected: Collected = { images: emptyTally(), audio: emptyTally(), matrices: [], rejected: [], texts: 0, estimated: false }
  const looks = imageLooks()
  const archive = { name: '', started: 0, before: { images: 0, audio: 0 } }
  const files = walkInputs(options.paths, {
    signal: options.signal,
    scratch: options.scratch,
    onRejected: (file, reason) => collected.rejected.push({ file, reason }),
    onTarEntry: (name, bytesRead, bytes) => {
      const now = performance.now()
      if (archive.name !== name) Object.assign(archive, { name, started: now, before: { images: collected.images.count, audio: collected.audio.count } })
      if (!options.quick || now - archive.started < QUICK_MILLISECONDS || bytesRead >= bytes) return undefined
      for (const kind of ['images', 'audio'] as const) {
        const seen = collected[kind].count - archive.before[kind]
        collected[kind].count = archive.before[kind] + Math.round((seen * bytes) / bytesRead)
      }
      collected.estimated = true
      return 'skip'
    },
  })
  for await (const file of files) {
    options.signal?.throwIfAborted()
    try {
      const type = await typeOf(file)
      if (type === null && isTextName(file.name)) collected.texts += 1
      if (type === null) collected.rejected.push({ file: file.name, reason: describeForeign(file.name, file.diskPath ? await readStart(file, 64) : Buffer.from('?')) })
      else if (matrixTypes.has(type)) collected.matrices.push({ type, file })
      else if (type !== null && soundTypes.has(type)) await addToTally(collected.audio, 'audio', file, options)
      else {
        const reason = options.quick ? await looks.undecodable(file) : null
        if (reason === null) await addToTally(collected.images, 'image', file, options)
        else collected.rejected.push({ file: file.name, reason })
      }
    } catch (error) {
      collected.rejected.push({ file: file.name, reason: rejectionReason(error) })
    }
  }
  return collected
}

/**
 * A look whether images can be decoded, so that the plan counts none that cannot: the first ones are decoded, of the others the first bytes are
 * read, each for as long as there is time. The import itself decodes all.
 */
function imageLooks(): { undecodable(file: InputFile): Promise<string | null> } {
  const left = { decode: QUICK_MILLISECONDS, start: QUICK_MILLISECONDS }
  return {
    async undecodable(file) {
      // Entries of archives can be read once only.
      if (file.diskPath === null) return null
      const began = performance.now()
      const whole = left.decode > 0 && file.size !== null && file.size <= LARGEST_KEPT
      if (!whole && left.start <= 0) return null
      try {
        if (!whole) return undecodableStart(await readStart(file, 16), file.name)
        await decodeImage(await readWhole(file, LARGEST_KEPT), file.name, { channels: 3 })
        return null
      } catch (error) {
        return rejectionReason(error)
      } finally {
        left[whole ? 'decode' : 'start'] -= performance.now() - began
      }
    },
  }
}

function emptyTally(): FileTally {
  return { count: 0, labels: new Set(), splits: new Set(), unsplit: 0, images: [], clips: [], kept: [] }
}

async function addToTally(tally: FileTally, kind: 'image' | 'audio', file: InputFile, options: CollectOptions): Promise<void> {
  const number = tally.count
  tally.count += 1
  const label = options.labels.labelOf(file.name)
  if (label !== null && tally.labels.size < 65534) tally.labels.add(label)
  const split = options.patternSplit(file.name) ?? splitOfPath(file.name)
  if (split) tally.splits.add(split)
  else tally.unsplit += 1

  // Reservoir sampling: the n-th file takes a place with probability places / n.
  const look = placeFor(number, LOOKED_INTO, 1)
  const keep = placeFor(number, KEPT, 2)
  if (look === null && keep === null) return
  const bytes = file.size !== null && file.size <= LARGEST_KEPT ? await readWhole(file, LARGEST_KEPT) : null
  if (keep !== null && bytes) tally.kept[keep] = { name: file.name, bytes }
  if (look === null) return
  if (kind === 'image') {
    const whole = bytes ?? (await readWhole(file, LARGEST_IMAGE_FILE))
    const seen = await inspectImage(whole)
    const animated = ((await inspectAnimation(whole))?.frames ?? 1) > 1
    if (seen) tally.images[look] = { width: seen.width, height: seen.height, channels: seen.channels, animated }
    return
  }
  const sound = await openSound(bytes ? memoryFile(file.name, bytes) : file).catch(() => null)
  if (!sound) return
  tally.clips[look] = { sampleRate: sound.sampleRate, frames: sound.frames, channels: sound.channels }
  sound.close()
}

function placeFor(number: number, places: number, stream: number): number | null {
  if (number < places) return number
  const place = Math.floor(randomUniform(hashKey(0x5eed, stream), number) * (number + 1))
  return place < places ? place : null
}



/** Type by name, made sure of by content where the name is ambiguous or content overrules it; null = not ours. */
async function typeOf(file: InputFile): Promise<FileType | null> {
  const named = typeByName(file.name)
  if (named !== null && named !== 'gzip' && !matrixTypes.has(named)) return named === 'zip' || named === 'tar' ? null : named
  if (file.diskPath === null && named === null) return null
  const start = await readStart(file, 16)
  let type = typeByContent(start)
  if (type === 'gzip') type = typeByContent(await unpackedStart(file))
  if (named === 'npz' && type === 'zip') return 'npz'
  if (type === 'mat' || type === 'idx' || type === 'npy') return type === 'idx' && named !== null && named !== 'gzip' ? named : type
  if (named !== null && matrixTypes.has(named)) return named
  return type !== null && (imageTypes.has(type) || soundTypes.has(type)) ? type : null
}

async function unpackedStart(file: InputFile): Promise<Buffer> {
  const source = await gunzipIfPacked(await file.stream())
  try {
    for await (const chunk of source) return (chunk as Buffer).subarray(0, 300)
    return Buffer.alloc(0)
  } catch {
    return Buffer.alloc(0)
  } finally {
    source.destroy()
  }
}
