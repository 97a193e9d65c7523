import { isAnimatedPng } from './importers/animation'
import type { Pixels } from './importers/image'
import { convertPixels } from './importers/image'
import type { InputFile } from './importers/inputFile'
import { RejectedFileError, rejectionReason } from './importers/inputFile'
import type { VideoArray } from './importers/npyVideo'
import { openVideoArray } from './importers/npyVideo'
import { commonest } from './commonest'
import type { SourceInput } from './sourceInput'
import type { FrameTarget } from './videoFiles'
import { clipFiles, decodeClip, firstFrame } from './videoFiles'

/** A clip that can be read more than once. */
export interface VideoClip {
  name: string
  /** Of the file or folder that it lies in, for splits and classes. */
  path: string
  frames: number
  /** The first frame as it lies there, RGB or grey. */
  first(): Promise<Pixels>
  /** All frames, each [height, width, channels]. */
  decode(target: FrameTarget): Promise<Uint8Array[]>
}

export interface FoundClips {
  clips: VideoClip[]
  /** 'animation', 'animations'. */
  kind: readonly [one: string, many: string]
  files: number
  /** All values are 0 or 1. */
  binary: boolean
  close(): Promise<void>
}

const CLIPS = ['clip', 'clips'] as const

/** Animated files and folders of pictures. */
export async function fileClips({ paths, scratch, signal, collected }: SourceInput): Promise<FoundClips> {
  const clips: VideoClip[] = []
  let [animations, files] = [0, 0]
  for await (const clip of clipFiles({ paths, scratch: scratch.get, signal, onRejected: (file, reason) => collected.rejected.push({ file, reason }) })) {
    if (clip.animated) animations += 1
    files += clip.pictures.length
    if (clip.pictures.length === 1 && !clip.animated && (await isAnimatedPngFile(clip.pictures[0]!))) {
      collected.rejected.push({ file: clip.name, reason: 'an animated PNG, of which only the first frame could be read; save it as an animated GIF or WebP' })
      continue
    }
    clips.push({ name: clip.name, path: clip.name, frames: clip.frames, first: () => firstFrame(clip), decode: (target) => decodeClip(clip, target) })
  }
  const kind = animations === clips.length ? (['animation', 'animations'] as const) : animations === 0 ? (['folder of frames', 'folders of frames'] as const) : CLIPS
  return { clips, kind, files, binary: false, close: async () => undefined }
}

const isAnimatedPngFile = async ({ load }: { load(): Promise<Buffer> }): Promise<boolean> => load().then(isAnimatedPng, () => false)

/** Clips of NumPy arrays, which must be of one shape. */
export async function arrayClips({ collected, signal, quick }: SourceInput, files: InputFile[]): Promise<FoundClips> {
  const arrays: VideoArray[] = []
  for (const file of files) {
    try {
      arrays.push(await openVideoArray(file))
    } catch (error) {
      collected.rejected.push({ file: file.name, reason: rejectionReason(error) })
    }
  }
  const shapeOf = ({ frames, height, width, channels }: VideoArray): string => `${frames} frames of ${width} × ${height}${channels === 3 ? ' in colour' : ''}`
  const usual = commonest(arrays.flatMap((array) => new Array<string>(Math.min(1000, array.clips)).fill(shapeOf(array))))[0]?.value
  const used = arrays.filter((array) => shapeOf(array) === usual)
  for (const array of arrays) if (!used.includes(array)) collected.rejected.push({ file: array.name, reason: `clips of ${shapeOf(array)} where most are of ${usual}` })
  const binary = await allBinary(used, quick, signal)
  const readers = used.map((array) => clipsOf(array, signal))
  return {
    clips: readers.flatMap(({ clips }) => clips),
    kind: CLIPS,
    files: used.length,
    binary,
    close: async () => {
      for (const { close } of readers) await close()
    },
  }
}

/** Clips scanned by a quick look. */
const SCANNED = 50

async function allBinary(arrays: readonly VideoArray[], quick: boolean, signal: AbortSignal | undefined): Promise<boolean> {
  for (const array of arrays) {
    let scanned = 0
    try {
      for await (const clip of array.read(signal)) {
        if (clip.some((value) => value > 1)) return false
        if (quick && ++scanned >= SCANNED) break
      }
    } catch (error) {
      // Said again, with the clip, when it is read.
      if (!(error instanceof RejectedFileError)) throw error
    }
  }
  return arrays.length > 0
}

/** The clips of one array, read one after the other: asked for in order, the file is read once. */
function clipsOf(array: VideoArray, signal: AbortSignal | undefined): { clips: VideoClip[]; close(): Promise<void> } {
  const { name, clips: count, frames, height, width, channels, read } = array
  let stream: AsyncGenerator<Uint8Array> | null = null
  let next = 0
  const close = async (): Promise<void> => {
    await stream?.return(undefined)
    stream = null
  }
  const clipAt = async (index: number): Promise<Uint8Array> => {
    if (stream === null || index < next) {
      await close()
      ;[stream, next] = [read(signal), 0]
    }
    for (;;) {
      const { value, done } = await stream.next()
      if (done) throw new RejectedFileError(`it holds ${next} of ${count} clips`)
      if (next++ === index) return value
    }
  }
  const pictureAt = (clip: Uint8Array, frame: number): Pixels => {
    const size = height * width * channels
    return { width, height, channels, data: clip.subarray(frame * size, (frame + 1) * size) }
  }
  const clips = Array.from({ length: count }, (_value, index) => ({
    name: `${name} #${index}`,
    path: name,
    frames,
    first: async () => pictureAt(await clipAt(index), 0),
    async decode({ channels: wanted, size }: FrameTarget) {
      const clip = await clipAt(index)
      const pictures: Uint8Array[] = []
      for (let frame = 0; frame < frames; frame++)
        pictures.push((await convertPixels(pictureAt(clip, frame), { channels: wanted, ...(size ? { size } : {}) })).data)
      return pictures
    },
  }))
  return { clips, close }
}
