import sharp from 'sharp'
import { notThis, typeByContent } from './fileType'
import type { Pixels } from './image'
import { RejectedFileError } from './inputFile'

/** Pixels of all frames together at most; a file that claims more is refused before it is decoded. */
const LARGEST_ANIMATION_PIXELS = 100_000_000

/** The kinds of files that hold frames one after another. */
export type AnimationType = 'gif' | 'webp'

export interface AnimationSize {
  frames: number
  width: number
  height: number
}

/** 'gif' and 'webp' of any number of frames; null for every other file. */
export function animationType(bytes: Uint8Array): AnimationType | null {
  const type = typeByContent(bytes)
  return type === 'gif' || type === 'webp' ? type : null
}

/** Frames and their size without decoding; null where the file is no GIF or WebP, or is damaged. */
export async function inspectAnimation(bytes: Buffer): Promise<AnimationSize | null> {
  if (animationType(bytes) === null) return null
  try {
    const { pages = 1, pageHeight, height, width } = await sharp(bytes, { animated: true, limitInputPixels: false }).metadata()
    return { frames: pages, width, height: pageHeight ?? Math.round(height / pages) }
  } catch {
    return null
  }
}

/**
 * All frames of an animated GIF or WebP, each complete as it is seen: what a frame leaves out is taken from those before it. Transparent parts
 * become white, as in images; how long each is shown is left aside.
 */
export async function decodeAnimation(bytes: Buffer, name: string): Promise<Pixels[]> {
  const type = animationType(bytes)
  if (type === null) throw new RejectedFileError(notThis('an animated GIF or WebP', name, bytes))
  const title = type === 'gif' ? 'GIF' : 'WebP'
  try {
    const { data, info } = await sharp(bytes, { animated: true, failOn: 'error', limitInputPixels: LARGEST_ANIMATION_PIXELS })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const height = info.pageHeight ?? info.height
    const size = info.width * height * 3
    const pixels = info.channels === 3 ? data : asRgb(data, info.channels)
    return Array.from({ length: Math.round(info.height / height) }, (_value, frame) => ({
      width: info.width,
      height,
      channels: 3,
      data: new Uint8Array(pixels.buffer, pixels.byteOffset + frame * size, size),
    }))
  } catch (error) {
    if (error instanceof Error && /pixel limit/i.test(error.message))
      throw new RejectedFileError(`its frames have more than ${LARGEST_ANIMATION_PIXELS / 1e6} megapixels together; make it smaller or shorter`, { cause: error })
    throw new RejectedFileError(endsEarly(bytes) ? `the ${title} data end early: a truncated file` : `damaged ${title}`, { cause: error })
  }
}

/** Whether a GIF lacks its end. Zeros behind it are common. */
export function endsEarly(bytes: Buffer): boolean {
  if (animationType(bytes) !== 'gif') return false
  let last = bytes.length - 1
  while (last > 0 && bytes[last] === 0) last -= 1
  return !bytes.subarray(Math.max(0, last - 8)).includes(0x3b)
}

/** The first channel of grey pixels, or the first three of others. */
function asRgb(data: Uint8Array, have: number): Uint8Array {
  const pixels = data.length / have
  const rgb = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * have + (have >= 3 ? c : 0)]!
  return rgb
}

/** Whether a PNG is animated (APNG): it then holds an 'acTL' chunk before its first picture. */
export function isAnimatedPng(bytes: Buffer): boolean {
  if (typeByContent(bytes) !== 'png') return false
  for (let at = 8; at + 8 <= bytes.length; ) {
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (kind === 'acTL') return true
    if (kind === 'IDAT') return false
    at += 12 + bytes.readUInt32BE(at)
  }
  return false
}

/** Whether all pixels of an RGB picture are grey. */
export function isGrey({ channels, data }: Pick<Pixels, 'channels' | 'data'>): boolean {
  if (channels === 1) return true
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false
  return true
}
