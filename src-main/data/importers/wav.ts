import type { Readable } from 'node:stream'
import type { InputFile } from './inputFile'
import { notThis, typeByContent } from './fileType'
import { RejectedFileError } from './inputFile'
import type { WavHeader } from './wavHeader'
import { readWavHeader } from './wavHeader'

/** Chunks before the samples (cover pictures, comments) may take this much. */
const LARGEST_HEADER = 16 * 1024 * 1024

export interface WavStream {
  header: WavHeader
  /** Moments of sound the header declares; null when only reading tells. */
  frames: number | null
  /** All channels mixed to one by their mean, in units of 16-bit PCM (−32768…32767, not rounded), block by block. */
  blocks: AsyncGenerator<Float32Array>
  /** For a caller that does not read the blocks. */
  close(): void
}

/** Opens PCM (8, 16, 24, 32 bits) and float (32, 64) WAV files as a stream: memory does not grow with the file. */
export async function openWav(file: InputFile): Promise<WavStream> {
  const source = await file.stream()
  try {
    return await readStream(file, source)
  } catch (error) {
    source.destroy()
    throw error
  }
}

async function readStream(file: InputFile, source: Readable): Promise<WavStream> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let start: Buffer = Buffer.alloc(0)
  for (;;) {
    const header = start.length >= 12 && typeByContent(start) === 'wav' ? readWavHeader(start, file.size) : 'more'
    if (header !== 'more') {
      const blocks = decodeBlocks(header, start.subarray(header.dataStart), chunks, source)
      const bytes = header.dataBytes ?? (file.size === null ? null : file.size - header.dataStart)
      return { header, frames: bytes === null ? null : Math.floor(bytes / header.frameBytes), blocks, close: () => source.destroy() }
    }
    if (start.length >= 12 && typeByContent(start) !== 'wav') throw new RejectedFileError(notThis('a WAV file', file.name, start))
    if (start.length > LARGEST_HEADER) throw new RejectedFileError('damaged WAV (no samples in the first 16 MB)')
    const next = await chunks.next()
    if (next.done) throw new RejectedFileError(start.length < 12 ? notThis('a WAV file', file.name, start) : 'damaged WAV (the header is cut off)')
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
}

async function* decodeBlocks(header: WavHeader, first: Buffer, chunks: AsyncIterator<Buffer>, source: Readable): AsyncGenerator<Float32Array> {
  let left = header.dataBytes ?? Infinity
  let rest: Buffer = Buffer.alloc(0)
  let alignment: 'high' | 'low' | null = header.padded24 ? null : 'high'
  try {
    for (let chunk: Buffer | null = first; chunk && left > 0; chunk = await nextChunk(chunks)) {
      const taken = chunk.length > left ? chunk.subarray(0, left) : chunk
      left -= taken.length
      const bytes = rest.length > 0 ? Buffer.concat([rest, taken]) : taken
      const frames = Math.floor(bytes.length / header.frameBytes)
      rest = bytes.subarray(frames * header.frameBytes)
      if (frames === 0) continue
      const whole = bytes.subarray(0, frames * header.frameBytes)
      alignment ??= alignmentOf(whole)
      yield mixDown(whole, frames, header, alignment)
    }
    if (left > 0 && Number.isFinite(left)) throw new RejectedFileError(`the samples end ${left} bytes early: a truncated file`)
  } finally {
    source.destroy()
  }
}

async function nextChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next()
  return next.done ? null : next.value
}

/** Where 24 bits lie in their 4 bytes: low when the top byte only extends the sign (or is 0) and the bottom byte is used. */
function alignmentOf(bytes: Buffer): 'high' | 'low' {
  let lowUsed = false
  for (let at = 0; at < bytes.length; at += 4) {
    if (bytes[at] !== 0) lowUsed = true
    if (bytes[at + 3] !== 0 && bytes[at + 3] !== 0xff) return 'high'
  }
  return lowUsed ? 'low' : 'high'
}

function mixDown(bytes: Buffer, frames: number, header: WavHeader, alignment: 'high' | 'low'): Float32Array {
  const read = sampleReader(bytes, header, alignment)
  const { channels, sampleBytes } = header
  const mono = new Float32Array(frames)
  let at = 0
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++, at += sampleBytes) sum += read(at)
    mono[frame] = sum / channels
  }
  return mono
}

/** One sample at a byte position, in units of 16-bit PCM. Values that are no number count as silence. */
function sampleReader(bytes: Buffer, header: WavHeader, alignment: 'high' | 'low'): (at: number) => number {
  if (header.encoding === 'unsigned') return (at) => (bytes[at]! - 128) * 256
  if (header.encoding === 'float') {
    const value = header.sampleBytes === 8 ? (at: number) => bytes.readDoubleLE(at) : (at: number) => bytes.readFloatLE(at)
    return (at) => {
      const sample = value(at)
      return Number.isFinite(sample) ? Math.max(-1, Math.min(1, sample)) * 32768 : 0
    }
  }
  if (header.sampleBytes === 2) return (at) => bytes.readInt16LE(at)
  if (header.sampleBytes === 3 || alignment === 'low') return (at) => bytes.readIntLE(at, 3) / 256
  return (at) => bytes.readInt32LE(at) / 65536
}

/** Units of 16-bit PCM, not rounded -> 16-bit PCM. */
export function toPcm16(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}
