import sharp from 'sharp'
import { UserError } from '../../data/userError'
import type { Canvas } from './canvas'

export interface GifOptions {
  /** Milliseconds of each frame. */
  delays: readonly number[]
  loop: boolean
  /** For people and programs that look into the file, such as how it was made. */
  comment: string
}

/** Pixels of all frames together: what is held in memory while the file is written. */
export const MOST_PIXELS = 80e6
export const LARGEST_SIDE = 16_384

/** An animated GIF of frames of one size. Grey and few colours stay as they are; more than 256 in a frame are brought down to so many, without noise. */
export async function encodeGif(frames: readonly Canvas[], { delays, loop, comment }: GifOptions): Promise<Buffer> {
  const { width, height, channels } = frames[0]!
  const strip = Buffer.concat(frames.map(({ pixels }) => pixels))
  const gif = await sharp(strip, { raw: { width, height: height * frames.length, channels, pageHeight: height }, limitInputPixels: false })
    .gif({ delay: [...delays], loop: loop ? 0 : 1, dither: 0, effort: 7, interPaletteMaxError: 0, keepDuplicateFrames: true })
    .toBuffer()
  return withComment(gif, comment)
}

/** The same as an animated WebP without loss; what was to be said stands in its EXIF description. */
export function encodeWebp(frames: readonly Canvas[], { delays, loop, comment }: GifOptions): Promise<Buffer> {
  const { width, height, channels } = frames[0]!
  const strip = Buffer.concat(frames.map(({ pixels }) => pixels))
  return sharp(strip, { raw: { width, height: height * frames.length, channels, pageHeight: height }, limitInputPixels: false })
    .withExif({ IFD0: { ImageDescription: comment } })
    .webp({ delay: [...delays], loop: loop ? 0 : 1, lossless: true, effort: 4 })
    .toBuffer()
}

/** Refused before anything is drawn. */
export function requireSize({ width, height, frames }: { width: number; height: number; frames: number }): void {
  if (width > LARGEST_SIDE || height > LARGEST_SIDE)
    throw new UserError(`The picture would be ${width}×${height} pixels.`, { field: 'scale', mend: `Choose a smaller scale or another number of columns; a side may have ${LARGEST_SIDE}.` })
  if (width * height * frames > MOST_PIXELS) {
    const fitting = Math.max(1, Math.floor(MOST_PIXELS / (width * height)))
    throw new UserError(`${frames} frames of ${width}×${height} pixels are more than one animation can hold.`, { field: 'frames', mend: `Choose a smaller scale, or at most ${fitting} frames.` })
  }
}

const TRAILER = 0x3b
const LARGEST_BLOCK = 255

/** A comment extension (GIF89a, section 24) before the end of the file. */
function withComment(gif: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment, 'utf8')
  const blocks: Buffer[] = []
  for (let from = 0; from < text.length; from += LARGEST_BLOCK) {
    const part = text.subarray(from, from + LARGEST_BLOCK)
    blocks.push(Buffer.from([part.length]), part)
  }
  return Buffer.concat([gif.subarray(0, gif.length - 1), Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0, TRAILER])])
}

/** The comment that `encodeGif` has written; null in a file that carries none at its end. */
export function readGifComment(gif: Uint8Array): string | null {
  const bytes = Buffer.from(gif.buffer, gif.byteOffset, gif.byteLength)
  for (let start = bytes.lastIndexOf(Buffer.from([0x21, 0xfe])); start >= 0; start = bytes.lastIndexOf(Buffer.from([0x21, 0xfe]), start - 1)) {
    const parts: Buffer[] = []
    let at = start + 2
    while (bytes[at]! > 0 && at < bytes.length) {
      parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]!))
      at += 1 + bytes[at]!
    }
    if (bytes[at] === 0 && at === bytes.length - 2) return Buffer.concat(parts).toString('utf8')
    if (start === 0) break
  }
  return null
}
