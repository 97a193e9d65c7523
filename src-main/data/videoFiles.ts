import { decodeAnimation, endsEarly, inspectAnimation, isAnimatedPng } from './importers/animation'
import { imageTypes, matrixTypes, typeByContent, typeByName } from './importers/fileType'
import type { ImageTarget, Pixels } from './importers/image'
import { convertPixels, decodeImage, LARGEST_IMAGE_FILE } from './importers/image'
import type { InputFile } from './importers/inputFile'
import { readStart, readWhole, RejectedFileError, rejectionReason } from './importers/inputFile'
import { walkInputs } from './importers/walk'
import { mapInOrder } from './mapInOrder'

/** Pictures decoded at once. */
const CONCURRENCY = 12
/** Packed bytes of the pictures of archives that wait for their folder's end. */
const MOST_WAITING = 2 ** 29
/** Bytes of the decoded frames of one clip at most. */
const LARGEST_CLIP = 2 ** 30

interface Picture {
  name: string
  load(): Promise<Buffer>
}

/** One clip as it was dropped: an animated file, or a folder with a picture for each frame. */
export interface ClipFile {
  /** The path of the animated file or of the folder. */
  name: string
  animated: boolean
  /** The animated file alone, or the pictures in the order of their names. */
  pictures: Picture[]
  /** Number of frames. */
  frames: number
}

export interface ClipWalk {
  paths: string[]
  scratch: () => Promise<string>
  signal?: AbortSignal | undefined
  onRejected: (file: string, reason: string) => void
}

/** All clips under the dropped paths: animated files as they come, then the folders of pictures. Other files have been reported already. */
export async function* clipFiles({ paths, scratch, signal, onRejected }: ClipWalk): AsyncGenerator<ClipFile> {
  const folders = new Map<string, Picture[]>()
  const withAnimations = new Set<string>()
  let waiting = 0
  for await (const file of walkInputs(paths, { ...(signal ? { signal } : {}), scratch, onRejected: () => undefined })) {
    try {
      const type = await pictureType(file)
      if (type === null) continue
      const folder = folderOf(file.name)
      // What lies in an archive can be read now or never.
      const kept = file.diskPath === null || type === 'gif' || type === 'webp' ? await readWhole(file, LARGEST_IMAGE_FILE) : null
      if (kept && (type === 'gif' || type === 'webp')) {
        const size = await inspectAnimation(kept)
        if (endsEarly(kept)) throw new RejectedFileError('the GIF data end early: a truncated file')
        if (!size) throw new RejectedFileError(`damaged ${type === 'gif' ? 'GIF' : 'WebP'}`)
        if (size.frames > 1) {
          withAnimations.add(folder)
          yield { name: file.name, animated: true, frames: size.frames, pictures: [{ name: file.name, load: async () => kept }] }
          continue
        }
      }
      waiting += file.diskPath === null ? kept!.length : 0
      if (waiting > MOST_WAITING) throw new RejectedFileError('the archive holds too many pictures to be read as video; unpack it')
      const pictures = folders.get(folder) ?? []
      folders.set(folder, pictures)
      pictures.push({ name: file.name, load: async () => (file.diskPath === null ? kept! : readWhole(file, LARGEST_IMAGE_FILE)) })
    } catch (error) {
      signal?.throwIfAborted()
      onRejected(file.name, rejectionReason(error))
    }
  }
  for (const [folder, pictures] of folders) {
    const [first] = pictures
    const others = pictures.length > 1 ? `${pictures.length} still pictures lie` : 'a still picture'
    if (withAnimations.has(folder)) onRejected(first!.name, `${others} beside animated files; put the frames of each clip in a folder of their own`)
    else yield { name: folder === '' || pictures.length === 1 ? first!.name : folder, animated: false, frames: pictures.length, pictures: pictures.sort((a, b) => byName(a.name, b.name)) }
  }
}

const collator = new Intl.Collator('en', { numeric: true })
const byName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : 1)
const folderOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

async function pictureType(file: InputFile) {
  let type = typeByName(file.name)
  if (type !== null && matrixTypes.has(type)) return null
  if (type === null && file.diskPath !== null) type = typeByContent(await readStart(file, 16).catch(() => Buffer.alloc(0)))
  return type !== null && imageTypes.has(type) ? type : null
}

/** The first frame, for a look at size and colours. RGB. */
export async function firstFrame({ animated, pictures }: ClipFile): Promise<Pixels> {
  const { name, load } = pictures[0]!
  const bytes = await load()
  return animated ? (await decodeAnimation(bytes, name))[0]! : decodeStill(bytes, name, 3)
}

export interface FrameTarget extends ImageTarget {
  /** Size that frames must have where there is none to resize to. */
  expected: { width: number; height: number }
}

/** All frames of a clip as intensities [height, width, channels]; a reason where they are not alike, or not as expected. */
export async function decodeClip({ animated, pictures }: ClipFile, target: FrameTarget): Promise<Uint8Array[]> {
  const { channels, size, expected } = target
  const decoded = animated ? await decodeAnimation(await pictures[0]!.load(), pictures[0]!.name) : await decodeStills(pictures, channels)
  const [first] = decoded
  if (!first) throw new RejectedFileError('it holds no frames')
  const odd = decoded.findIndex(({ width, height }) => width !== first.width || height !== first.height)
  const [{ name: firstName }, oddName] = [pictures[0]!, pictures[odd]?.name]
  if (odd >= 0 && !size) {
    const { width, height } = decoded[odd]!
    throw new RejectedFileError(
      `its frames differ in size: ${baseOf(firstName)} has ${first.width} × ${first.height} pixels, ${baseOf(oddName ?? '')} has ${width} × ${height}; ` +
        'make them equal, or give a size to resize all of them',
    )
  }
  if (!size && (first.width !== expected.width || first.height !== expected.height))
    throw new RejectedFileError(`frames of ${first.width} × ${first.height} pixels where most clips have ${expected.width} × ${expected.height}; give a size to resize all of them`)
  const frames: Uint8Array[] = []
  for (const picture of decoded) frames.push((await convertPixels(picture, { channels, ...(size ? { size } : {}) })).data)
  return frames
}

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

async function decodeStills(pictures: readonly Picture[], channels: 1 | 3): Promise<Pixels[]> {
  async function* inOrder() {
    yield* pictures
  }
  const decoded: Pixels[] = []
  let bytes = 0
  for await (const pixels of mapInOrder(inOrder(), CONCURRENCY, async ({ name, load }) => decodeStill(await load(), name, channels))) {
    decoded.push(pixels)
    bytes += pixels.data.length
    if (bytes > LARGEST_CLIP) throw new RejectedFileError('its frames take more than 1 GB; make them smaller, or divide the clip')
  }
  return decoded
}

async function decodeStill(bytes: Buffer, name: string, channels: 1 | 3): Promise<Pixels> {
  if (isAnimatedPng(bytes)) throw new RejectedFileError(`${baseOf(name)} is an animated PNG, of which only the first frame could be read; save it as an animated GIF or WebP`)
  try {
    return await decodeImage(bytes, name, { channels })
  } catch (error) {
    throw error instanceof RejectedFileError ? new RejectedFileError(`${baseOf(name)}: ${error.message}`, { cause: error }) : error
  }
}
