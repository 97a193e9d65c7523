import type { Pixels } from './image'
import { RejectedFileError } from './inputFile'

const LARGEST_PIXELS = 50_000_000

/**
 * Windows bitmaps: 1, 4 and 8 bits with a palette, 8-bit RLE, 16, 24 and 32 bits, with or without bit fields, in
 * either row order; OS/2 headers too. Alpha is ignored, as most programs do. Answers grey when all colours are.
 */
export function decodeBmp(bytes: Buffer): Pixels {
  const reject = (reason: string): never => {
    throw new RejectedFileError(`damaged BMP (${reason})`)
  }
  if (bytes.length < 26) reject('the header is cut off')
  const headerSize = bytes.readUInt32LE(14)
  const core = headerSize === 12
  if (!core && (headerSize < 40 || headerSize > 124)) reject(`header of ${headerSize} bytes`)
  if (bytes.length < 14 + headerSize) reject('the header is cut off')
  const width = core ? bytes.readUInt16LE(18) : bytes.readInt32LE(18)
  const signedHeight = core ? bytes.readUInt16LE(20) : bytes.readInt32LE(22)
  const bits = bytes.readUInt16LE(core ? 24 : 28)
  const compression = core ? 0 : bytes.readUInt32LE(30)
  const height = Math.abs(signedHeight)
  if (width <= 0 || height === 0) reject(`size ${width} × ${signedHeight}`)
  if (width * height > LARGEST_PIXELS) throw new RejectedFileError(`more than ${LARGEST_PIXELS / 1e6} megapixels`)
  if (![1, 4, 8, 16, 24, 32].includes(bits)) reject(`${bits} bits per pixel`)
  const runLength = compression === 1 && bits === 8
  const bitFields = (compression === 3 || compression === 6) && bits >= 16
  if (compression !== 0 && !runLength && !bitFields) throw new RejectedFileError('this kind of compressed BMP is not read; convert it to PNG')

  const dataStart = bytes.readUInt32LE(10)
  const afterHeader = 14 + headerSize
  let palette: Buffer | null = null
  if (bits <= 8) {
    const entrySize = core ? 3 : 4
    const declared = core ? 0 : bytes.readUInt32LE(46)
    const colours = declared === 0 ? 2 ** bits : declared
    if (colours > 256 && colours > 2 ** bits * 4) reject(`palette of ${colours} colours`)
    palette = Buffer.alloc(256 * 3)
    for (let i = 0; i < Math.min(colours, 256); i++) {
      const at = afterHeader + i * entrySize
      if (at + 3 > bytes.length) reject('the palette is cut off')
      palette[3 * i] = bytes[at + 2]!
      palette[3 * i + 1] = bytes[at + 1]!
      palette[3 * i + 2] = bytes[at]!
    }
  }
  // The masks follow the first 40 bytes of the header, whether they count as part of it or not.
  if (bitFields && bytes.length < 66) reject('the header is cut off')
  const masks = bitFields ? [54, 58, 62].map((at) => bytes.readUInt32LE(at)) : bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0xff00, 0xff]

  const stride = Math.ceil((width * bits) / 32) * 4
  const indices = runLength ? unpackRuns(bytes, dataStart, width, height) : null
  if (!indices && dataStart + stride * height > bytes.length) throw new RejectedFileError('the BMP data end early: a truncated file')
  const rgb = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    const source = dataStart + (signedHeight > 0 ? height - 1 - row : row) * stride
    for (let column = 0; column < width; column++) {
      const target = (row * width + column) * 3
      if (palette) {
        const index = indices
          ? indices[(signedHeight > 0 ? height - 1 - row : row) * width + column]!
          : (bytes[source + ((column * bits) >> 3)]! >> (8 - bits - ((column * bits) & 7))) & (2 ** bits - 1)
        rgb.set(palette.subarray(3 * index, 3 * index + 3), target)
      } else if (bits === 24) {
        const at = source + 3 * column
        rgb[target] = bytes[at + 2]!
        rgb[target + 1] = bytes[at + 1]!
        rgb[target + 2] = bytes[at]!
      } else {
        const word = bits === 16 ? bytes.readUInt16LE(source + 2 * column) : bytes.readUInt32LE(source + 4 * column)
        for (let c = 0; c < 3; c++) rgb[target + c] = scaleField(word, masks[c]!)
      }
    }
  }
  return greyIfPossible({ width, height, channels: 3, data: rgb })
}

/** The bits under a mask, scaled to 0…255. */
function scaleField(word: number, mask: number): number {
  if (mask === 0) return 0
  const shift = Math.log2((mask & -mask) >>> 0)
  const largest = mask / 2 ** shift
  return Math.round((((word & mask) >>> 0) / 2 ** shift / largest) * 255)
}

/** 8-bit run-length encoding -> palette indices [height × width], bottom row first. */
function unpackRuns(bytes: Buffer, start: number, width: number, height: number): Uint8Array {
  const indices = new Uint8Array(width * height)
  let x = 0
  let y = 0
  for (let at = start; at + 1 < bytes.length && y < height; ) {
    const count = bytes[at]!
    const value = bytes[at + 1]!
    at += 2
    if (count > 0) {
      const end = Math.min(width, x + count)
      indices.fill(value, y * width + x, y * width + end)
      x = end
    } else if (value === 0) {
      x = 0
      y += 1
    } else if (value === 1) return indices
    else if (value === 2) {
      x = Math.min(width, x + (bytes[at] ?? 0))
      y += bytes[at + 1] ?? 0
      at += 2
    } else {
      for (let i = 0; i < value && x < width && at + i < bytes.length; i++) indices[y * width + x++] = bytes[at + i]!
      at += value + (value & 1)
    }
  }
  return indices
}

function greyIfPossible(pixels: Pixels): Pixels {
  const { data } = pixels
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return pixels
  return { ...pixels, channels: 1, data: data.filter((_, i) => i % 3 === 0) }
}
