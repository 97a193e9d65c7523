import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { decodeBmp } from './bmp'
import { imageTypes, notThis, typeByContent } from './fileType'
import { RejectedFileError } from './inputFile'

// Images are small and many: parallelism comes from decoding several at once, and a cache of operations would only grow.
sharp.cache(false)
sharp.concurrency(1)

/** Larger images are refused before they are decoded: 50 megapixels, a file that claims more is broken or hostile. */
export const LARGEST_IMAGE_PIXELS = 50_000_000
/** Bytes of one image file at most. */
export const LARGEST_IMAGE_FILE = 256 * 1024 * 1024

export interface Pixels {
  width: number
  height: number
  channels: 1 | 3
  /** Intensities [height, width, channels]. */
  data: Uint8Array
}

export interface ImageTarget {
  channels: 1 | 3
  /** Exact size to resize to (Lanczos 3); absent: as it is. */
  size?: { width: number; height: number }
}

/**
 * Decodes PNG, JPEG, WebP, GIF (first frame), TIFF (first page) and BMP to 8-bit intensities. The orientation that a camera
 * noted is applied, transparent parts become white, 16-bit images are scaled to 8 bits.
 */
export async function decodeImage(bytes: Buffer, name: string, target: ImageTarget): Promise<Pixels> {
  const type = typeByContent(bytes)
  if (type === null || !imageTypes.has(type)) throw new RejectedFileError(notThis('an image', name, bytes))
  if (type === 'bmp') return convertPixels(decodeBmp(bytes), target)
  try {
    return await render(sharp(bytes, { failOn: 'error', limitInputPixels: LARGEST_IMAGE_PIXELS, pages: 1 }).autoOrient().flatten({ background: '#ffffff' }), target)
  } catch (error) {
    throw new RejectedFileError(imageProblem(type, bytes, error), { cause: error })
  }
}

/** Resizes and converts raw intensities; returns the same pixels when there is nothing to do. */
export async function convertPixels(pixels: Pixels, target: ImageTarget): Promise<Pixels> {
  const { width, height, channels } = pixels
  const sameSize = !target.size || (target.size.width === width && target.size.height === height)
  if (sameSize && channels === target.channels) return pixels
  return render(sharp(pixels.data, { raw: { width, height, channels } }), target)
}

async function render(image: Sharp, target: ImageTarget): Promise<Pixels> {
  let pipeline = image.toColourspace(target.channels === 1 ? 'b-w' : 'srgb')
  if (target.size) pipeline = pipeline.resize(target.size.width, target.size.height, { fit: 'fill', kernel: 'lanczos3' })
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: target.channels, data: withChannels(data, info.channels, target.channels) }
}

/** Picks or repeats channels: grey stays grey in all three, the extra ones of a grey image are equal. */
function withChannels(data: Uint8Array, have: number, want: 1 | 3): Uint8Array {
  if (have === want) return data
  const pixels = data.length / have
  const converted = new Uint8Array(pixels * want)
  for (let i = 0; i < pixels; i++) for (let c = 0; c < want; c++) converted[i * want + c] = data[i * have + (have >= 3 ? c : 0)]!
  return converted
}

/**
 * What is wrong with an image that libvips refused. Its messages are not quoted: with several images at work they can be those of
 * another one.
 */
function imageProblem(type: string, bytes: Buffer, error: unknown): string {
  if (error instanceof Error && /pixel limit/i.test(error.message)) return `more than ${LARGEST_IMAGE_PIXELS / 1e6} megapixels`
  const format = type === 'webp' ? 'WebP' : type.toUpperCase()
  const end = bytes.subarray(-64).toString('latin1')
  const ends = type === 'png' ? end.includes('IEND') : type === 'jpeg' ? end.includes('\xff\xd9') : type === 'gif' ? end.includes(';') : true
  return ends ? `damaged ${format}` : `the ${format} data end early: a truncated file`
}

/** Why the first bytes of a file (16 suffice) show that it cannot be decoded; null when they do not. */
export function undecodableStart(start: Buffer, name: string): string | null {
  const type = typeByContent(start)
  if (type === null || !imageTypes.has(type)) return notThis('an image', name, start)
  return type === 'png' && start.subarray(12, 16).toString('latin1') !== 'IHDR' ? 'damaged PNG' : null
}

/** Size and channels without decoding; orientation applied. */
export async function inspectImage(bytes: Buffer): Promise<{ width: number; height: number; channels: 1 | 3 } | null> {
  const type = typeByContent(bytes)
  try {
    if (type === 'bmp') return decodeBmp(bytes)
    if (type === null || !imageTypes.has(type)) return null
    const { width, height, autoOrient, space } = await sharp(bytes, { failOn: 'error', limitInputPixels: LARGEST_IMAGE_PIXELS, pages: 1 }).metadata()
    const grey = space === 'b-w' || space === 'grey16'
    return { width: autoOrient?.width ?? width, height: autoOrient?.height ?? height, channels: grey ? 1 : 3 }
  } catch {
    return null
  }
}
