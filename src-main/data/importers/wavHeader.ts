import { RejectedFileError } from './inputFile'

/** How the samples of a WAV file lie in it. */
export interface WavFormat {
  channels: number
  /** Hz */
  sampleRate: number
  /** Bytes of one sample of one channel, as stored. */
  sampleBytes: number
  encoding: 'unsigned' | 'signed' | 'float' | 'a-law' | 'mu-law'
  /** RIFX: the highest byte first, in the header as in the samples. */
  bigEndian: boolean
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
const A_LAW = 6
const MU_LAW = 7
const EXTENSIBLE = 0xfffe
/** Below it is no sound that a model of audio is for, and resampling would blow a small file up. */
const LEAST_SAMPLE_RATE = 1000
const LARGEST_SAMPLE_RATE = 768000
const LARGEST_CHANNELS = 64
/** Written where a size does not fit into 32 bits, or was not known. */
const ELSEWHERE = 0xffffffff

type Reject = (reason: string) => never

/** The numbers of a header, in the byte order of the file. */
interface Numbers {
  u16(bytes: Buffer, at: number): number
  u32(bytes: Buffer, at: number): number
  u64(bytes: Buffer, at: number): number
}
const littleEndian: Numbers = {
  u16: (bytes, at) => bytes.readUInt16LE(at),
  u32: (bytes, at) => bytes.readUInt32LE(at),
  u64: (bytes, at) => Number(bytes.readBigUInt64LE(at)),
}
const bigEndian: Numbers = {
  u16: (bytes, at) => bytes.readUInt16BE(at),
  u32: (bytes, at) => bytes.readUInt32BE(at),
  u64: (bytes, at) => Number(bytes.readBigUInt64BE(at)),
}

/**
 * Reads the header from the first bytes of a file: RIFF, RIFX (big-endian), RF64 and BW64 (over 4 GB, sizes in a 'ds64' part). Every size is
 * checked against what is there before it is believed, so hostile headers cost nothing. Answers 'more' when the samples begin after `bytes` ends.
 */
export function readWavHeader(bytes: Buffer, fileBytes: number | null): WavHeader | 'more' {
  const reject: Reject = (reason) => {
    throw new RejectedFileError(`damaged WAV (${reason})`)
  }
  if (bytes.length < 12) reject('the header is cut off')
  const container = bytes.toString('latin1', 0, 4)
  const numbers = container === 'RIFX' ? bigEndian : littleEndian
  const large = container === 'RF64' || container === 'BW64'
  let format: WavFormat | null = null
  let largeDataBytes: number | null = null
  for (let at = 12; ; ) {
    if (fileBytes !== null && at + 8 > fileBytes) reject(format ? 'it has no samples' : 'it has no format')
    if (at + 8 > bytes.length) return 'more'
    const id = bytes.toString('latin1', at, at + 4)
    const size = numbers.u32(bytes, at + 4)
    const start = at + 8
    if (id === 'data') {
      if (!format) return reject('samples come before their format')
      const declared = large && size === ELSEWHERE && largeDataBytes !== null ? largeDataBytes : size
      const unknownLength =
        declared === ELSEWHERE || (declared === 0 && fileBytes !== null && fileBytes - start >= format.frameBytes && fileBytes - start > 4096)
      if (!unknownLength && fileBytes !== null && start + declared > fileBytes)
        throw new RejectedFileError(`the samples end early: ${fileBytes - start} of ${declared} bytes, a truncated file`)
      return { ...format, dataStart: start, dataBytes: unknownLength ? null : declared }
    }
    if (fileBytes !== null && start + size > fileBytes) reject(`the part '${printable(id)}' claims ${size} bytes of a file of ${fileBytes}`)
    if (id === 'fmt ' || (large && id === 'ds64')) {
      if (size < (id === 'fmt ' ? 16 : 24) || size > 4096) reject(`${id === 'fmt ' ? 'format' : 'table of sizes'} of ${size} bytes`)
      if (start + size > bytes.length) return 'more'
      // ds64: size of the file, size of the samples, number of moments.
      if (id === 'fmt ') format = readFormat(bytes.subarray(start, start + size), numbers, reject)
      else largeDataBytes = numbers.u64(bytes, start + 8)
    }
    at = start + size + (size & 1)
  }
}

function readFormat(bytes: Buffer, numbers: Numbers, reject: Reject): WavFormat {
  let tag = numbers.u16(bytes, 0)
  const channels = numbers.u16(bytes, 2)
  const sampleRate = numbers.u32(bytes, 4)
  const frameBytes = numbers.u16(bytes, 12)
  let bits = numbers.u16(bytes, 14)
  if (tag === EXTENSIBLE) {
    if (bytes.length < 40) reject('extended format is cut off')
    tag = numbers.u16(bytes, 24)
    // Bits that count, of those in the container; some writers leave it 0.
    bits = numbers.u16(bytes, 18) || bits
  }
  if (![PCM, FLOAT, A_LAW, MU_LAW].includes(tag)) throw new RejectedFileError(`${encodingName(tag)} audio inside WAV is not read; convert it to PCM`)
  if (channels < 1 || channels > LARGEST_CHANNELS) reject(`${channels} channels`)
  if (sampleRate < 1 || sampleRate > LARGEST_SAMPLE_RATE) reject(`${sampleRate} Hz`)
  if (sampleRate < LEAST_SAMPLE_RATE) throw new RejectedFileError(`its sample rate is ${sampleRate} Hz; below ${LEAST_SAMPLE_RATE} Hz nothing is read`)
  if (frameBytes === 0 || frameBytes % channels !== 0) reject(`${frameBytes} bytes for ${channels} channels`)
  const sampleBytes = frameBytes / channels
  if (sampleBytes > 8 || bits === 0 || bits > 8 * sampleBytes) reject(`${bits} bits in ${sampleBytes} bytes`)
  if (tag === FLOAT && (![32, 64].includes(bits) || bits !== 8 * sampleBytes)) reject(`${bits}-bit float in ${sampleBytes} bytes`)
  if (tag === PCM && (sampleBytes > 4 || ![8, 16, 24, 32].includes(8 * sampleBytes))) reject(`${bits}-bit PCM`)
  if ((tag === A_LAW || tag === MU_LAW) && sampleBytes !== 1) reject(`${encodingName(tag)} of ${bits} bits`)
  return { channels, sampleRate, sampleBytes, frameBytes, bigEndian: numbers === bigEndian, padded24: tag === PCM && sampleBytes === 4 && bits === 24, encoding: encodingOf(tag, sampleBytes) }
}

function encodingOf(tag: number, sampleBytes: number): WavFormat['encoding'] {
  if (tag === FLOAT) return 'float'
  if (tag === A_LAW) return 'a-law'
  if (tag === MU_LAW) return 'mu-law'
  return sampleBytes === 1 ? 'unsigned' : 'signed'
}

function encodingName(tag: number): string {
  return { 2: 'ADPCM', 6: 'A-law', 7: 'μ-law', 17: 'ADPCM', 49: 'GSM', 80: 'MPEG', 85: 'MP3', 0x161: 'WMA' }[tag] ?? `Compressed (format ${tag})`
}

function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?')
}
