import { RejectedFileError } from './inputFile'

/** How the samples of a WAV file lie in it. */
export interface WavFormat {
  channels: number
  /** Hz */
  sampleRate: number
  /** Bytes of one sample of one channel, as stored. */
  sampleBytes: number
  encoding: 'unsigned' | 'signed' | 'float'
  /**
   * 24-bit samples in 4 bytes. The extended format puts them in the upper three, plain PCM in the lower three, and files of both
   * kinds break the rule; so the samples themselves decide.
   */
  padded24: boolean
  /** Bytes of one moment of all channels. */
  frameBytes: number
}

export interface WavHeader extends WavFormat {
  /** Where the samples begin, and how many bytes of them the header declares; null = up to the end (a writer that could not seek). */
  dataStart: number
  dataBytes: number | null
}

const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe
const LARGEST_SAMPLE_RATE = 768000
const LARGEST_CHANNELS = 64

/**
 * Reads the header from the first bytes of a file. Every size is checked against what is there before it is believed, so hostile
 * headers cost nothing. Answers 'more' when the samples begin after `bytes` ends.
 */
export function readWavHeader(bytes: Buffer, fileBytes: number | null): WavHeader | 'more' {
  const reject = (reason: string): never => {
    throw new RejectedFileError(`damaged WAV (${reason})`)
  }
  if (bytes.length < 12) reject('the header is cut off')
  let format: WavFormat | null = null
  for (let at = 12; ; ) {
    if (fileBytes !== null && at + 8 > fileBytes) reject(format ? 'it has no samples' : 'it has no format')
    if (at + 8 > bytes.length) return 'more'
    const id = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 8
    if (id === 'data') {
      if (!format) return reject('samples come before their format')
      const unknownLength = size === 0xffffffff || (size === 0 && fileBytes !== null && fileBytes - start >= format.frameBytes && fileBytes - start > 4096)
      if (!unknownLength && fileBytes !== null && start + size > fileBytes)
        throw new RejectedFileError(`the samples end early: ${fileBytes - start} of ${size} bytes, a truncated file`)
      return { ...format, dataStart: start, dataBytes: unknownLength ? null : size }
    }
    if (fileBytes !== null && start + size > fileBytes) reject(`the part '${printable(id)}' claims ${size} bytes of a file of ${fileBytes}`)
    if (id === 'fmt ') {
      if (size < 16 || size > 4096) reject(`format of ${size} bytes`)
      if (start + size > bytes.length) return 'more'
      format = readFormat(bytes.subarray(start, start + size), reject)
    }
    at = start + size + (size & 1)
  }
}

function readFormat(bytes: Buffer, reject: (reason: string) => never): WavFormat {
  let tag = bytes.readUInt16LE(0)
  const channels = bytes.readUInt16LE(2)
  const sampleRate = bytes.readUInt32LE(4)
  const frameBytes = bytes.readUInt16LE(12)
  let bits = bytes.readUInt16LE(14)
  if (tag === EXTENSIBLE) {
    if (bytes.length < 40) reject('extended format is cut off')
    tag = bytes.readUInt16LE(24)
    // Bits that count, of those in the container; some writers leave it 0.
    bits = bytes.readUInt16LE(18) || bits
  }
  if (tag !== PCM && tag !== FLOAT) throw new RejectedFileError(`${encodingName(tag)} audio inside WAV is not read; convert it to PCM`)
  if (channels < 1 || channels > LARGEST_CHANNELS) reject(`${channels} channels`)
  if (sampleRate < 1 || sampleRate > LARGEST_SAMPLE_RATE) reject(`${sampleRate} Hz`)
  if (frameBytes === 0 || frameBytes % channels !== 0) reject(`${frameBytes} bytes for ${channels} channels`)
  const sampleBytes = frameBytes / channels
  if (sampleBytes > 8 || bits === 0 || bits > 8 * sampleBytes) reject(`${bits} bits in ${sampleBytes} bytes`)
  if (tag === FLOAT && bits !== 32 && bits !== 64) reject(`${bits}-bit float`)
  if (tag === PCM && (sampleBytes > 4 || ![8, 16, 24, 32].includes(8 * sampleBytes))) reject(`${bits}-bit PCM`)
  return { channels, sampleRate, sampleBytes, frameBytes, padded24: tag === PCM && sampleBytes === 4 && bits === 24, encoding: tag === FLOAT ? 'float' : sampleBytes === 1 ? 'unsigned' : 'signed' }
}

function encodingName(tag: number): string {
  return { 2: 'ADPCM', 6: 'A-law', 7: 'μ-law', 17: 'ADPCM', 49: 'GSM', 80: 'MPEG', 85: 'MP3', 0x161: 'WMA' }[tag] ?? `Compressed (format ${tag})`
}

function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?')
}
