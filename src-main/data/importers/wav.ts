import type { Readable } from 'node:stream'
import type { InputFile } from './inputFile'
import { notThis, typeByContent } from './fileType'
import { aLawSamples, muLawSamples } from './g711'
import { RejectedFileError } from './inputFile'
import type { SoundStream } from './soundStream'
import type { WavHeader } from './wavHeader'
import { readWavHeader } from './wavHeader'

/** Chunks before the samples (cover pictures, comments) may take this much. */
const LARGEST_HEADER = 16 * 1024 * 1024

/** Opens PCM (8, 16, 24, 32 bits), float (32, 64), A-law and μ-law WAV files as a stream: memory does not grow with the file. */
export async function openWav(file: InputFile): Promise<SoundStream> {
  const source = await file.stream()
  try {
    return await readStream(file, source)
  } catch (error) {
    source.destroy()
    throw error
  }
}

async function readStream(file: InputFile, source: Readable): Promise<SoundStream> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let start: Buffer = Buffer.alloc(0)
  for (;;) {
    const header = start.length >= 12 && typeByContent(start) === 'wav' ? readWavHeader(start, file.size) : 'more'
    if (header !== 'more') {
      const remarks = { notNumbers: 0 }
      const blocks = decodeBlocks(header, start.subarray(header.dataStart), { chunks, source, remarks })
      const bytes = header.dataBytes ?? (file.size === null ? null : file.size - header.dataStart)
      const { sampleRate, channels } = header
      return { sampleRate, channels, frames: bytes === null ? null : Math.floor(bytes / header.frameBytes), blocks, remarks, close: () => source.destroy() }
    }
    if (start.length >= 12 && typeByContent(start) !== 'wav') throw new RejectedFileError(notThis('a WAV file', file.name, start))
    if (start.length > LARGEST_HEADER) throw new RejectedFileError('damaged WAV (no samples in the first 16 MB)')
    const next = await chunks.next()
    if (next.done) throw new RejectedFileError(start.length < 12 ? notThis('a WAV file', file.name, start) : 'damaged WAV (the header is cut off)')
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
}

interface Decoding {
  chunks: AsyncIterator<Buffer>
  source: Readable
  remarks: SoundStream['remarks']
}

async function* decodeBlocks(header: WavHeader, first: Buffer, { chunks, source, remarks }: Decoding): AsyncGenerator<Float32Array> {
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
      alignment ??= alignmentOf(whole, header.bigEndian)
      yield mixDown(frames, header, sampleReader(whole, header, alignment, remarks))
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
function alignmentOf(bytes: Buffer, bigEndian: boolean): 'high' | 'low' {
  let lowUsed = false
  const [bottom, top] = bigEndian ? [3, 0] : [0, 3]
  for (let at = 0; at < bytes.length; at += 4) {
    if (bytes[at + bottom] !== 0) lowUsed = true
    if (bytes[at + top] !== 0 && bytes[at + top] !== 0xff) return 'high'
  }
  return lowUsed ? 'low' : 'high'
}

function mixDown(frames: number, header: WavHeader, read: (at: number) => number): Float32Array {
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

/** One sample at a byte position, in units of 16-bit PCM. Values that are no number count as silence, and are counted. */
function sampleReader(bytes: Buffer, header: WavHeader, alignment: 'high' | 'low', remarks: SoundStream['remarks']): (at: number) => number {
  const { bigEndian, sampleBytes } = header
  switch (header.encoding) {
    case 'unsigned':
      return (at) => (bytes[at]! - 128) * 256
    case 'a-law':
      return (at) => aLawSamples[bytes[at]!]!
    case 'mu-law':
      return (at) => muLawSamples[bytes[at]!]!
    case 'float': {
      const value = floatReader(bytes, sampleBytes, bigEndian)
      return (at) => {
        const sample = value(at)
        if (Number.isFinite(sample)) return Math.max(-1, Math.min(1, sample)) * 32768
        remarks.notNumbers += 1
        return 0
      }
    }
    case 'signed':
      if (sampleBytes === 2) return bigEndian ? (at) => bytes.readInt16BE(at) : (at) => bytes.readInt16LE(at)
      // Three bytes alone, or the lower three of four.
      if (sampleBytes === 3 || alignment === 'low') {
        const skipped = bigEndian ? sampleBytes - 3 : 0
        return bigEndian ? (at) => bytes.readIntBE(at + skipped, 3) / 256 : (at) => bytes.readIntLE(at, 3) / 256
      }
      return bigEndian ? (at) => bytes.readInt32BE(at) / 65536 : (at) => bytes.readInt32LE(at) / 65536
  }
}

function floatReader(bytes: Buffer, sampleBytes: number, bigEndian: boolean): (at: number) => number {
  if (sampleBytes === 8) return bigEndian ? (at) => bytes.readDoubleBE(at) : (at) => bytes.readDoubleLE(at)
  return bigEndian ? (at) => bytes.readFloatBE(at) : (at) => bytes.readFloatLE(at)
}

/** Units of 16-bit PCM, not rounded -> 16-bit PCM. */
export function toPcm16(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}
