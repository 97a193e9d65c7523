import type { Readable } from 'node:stream'
import { MPEGDecoder } from 'mpg123-decoder'
import type { MPEGDecodedAudio } from 'mpg123-decoder'
import { describeForeign, notThis, typeByContent } from './fileType'
import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'
import type { SoundStream } from './soundStream'

/** Tags and cover pictures before the first sound may take this much. */
const LARGEST_START = 16 * 1024 * 1024

/**
 * Opens an MPEG audio file (layers I to III) as a stream. What the encoder put before and after the sound is left out where the file says how
 * much it is, as mpg123 does.
 */
export async function openMp3(file: InputFile): Promise<SoundStream> {
  const source = await file.stream()
  const decoder = new MPEGDecoder({ enableGapless: true })
  const close = (): void => {
    source.destroy()
    decoder.free()
  }
  try {
    await decoder.ready
    return await readStream(file, source, decoder, close)
  } catch (error) {
    close()
    throw error
  }
}

async function readStream(file: InputFile, source: Readable, decoder: MPEGDecoder, close: () => void): Promise<SoundStream> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let read = 0
  for (;;) {
    const next = await chunks.next()
    if (next.done) throw new RejectedFileError(read === 0 ? notThis('an MP3 file', file.name, Buffer.alloc(0)) : 'damaged MP3 (no sound in it)')
    if (read === 0 && !mayBeMp3(next.value)) throw new RejectedFileError(notThis('an MP3 file', file.name.replace(/\.[^.]*$/, ''), next.value))
    read += next.value.length
    const first = decoder.decode(next.value)
    if (first.samplesDecoded > 0) {
      const { sampleRate } = first
      return { sampleRate, channels: channelsOf(first), frames: null, blocks: blocksOf(first, chunks, decoder, close), remarks: { notNumbers: 0 }, close }
    }
    if (read > LARGEST_START) throw new RejectedFileError('damaged MP3 (no sound in the first 16 MB)')
  }
}

/** Whether nothing says that it is another kind of file: sound may begin after padding, so the start alone does not prove it. */
const mayBeMp3 = (start: Buffer): boolean =>
  start.subarray(0, 3).toString('latin1') === 'ID3' || (typeByContent(start) === null && !describeForeign('', start).startsWith('it is'))

/** The decoder gives one channel twice. */
const channelsOf = ({ channelData: [left, ...others] }: MPEGDecodedAudio): number =>
  others.every((channel) => channel.every((value, at) => value === left![at])) ? 1 : 1 + others.length

async function* blocksOf(first: MPEGDecodedAudio, chunks: AsyncIterator<Buffer>, decoder: MPEGDecoder, close: () => void): AsyncGenerator<Float32Array> {
  try {
    for (let decoded = first; ; ) {
      if (decoded.samplesDecoded > 0) {
        if (decoded.sampleRate !== first.sampleRate)
          throw new RejectedFileError(`its sample rate changes from ${first.sampleRate} to ${decoded.sampleRate} Hz; convert it to WAV`)
        yield mixDown(decoded)
      }
      const next = await chunks.next()
      if (next.done) return
      decoded = decoder.decode(next.value)
    }
  } finally {
    close()
  }
}

function mixDown({ channelData, samplesDecoded }: MPEGDecodedAudio): Float32Array {
  const mono = new Float32Array(samplesDecoded)
  for (const channel of channelData) for (let at = 0; at < samplesDecoded; at++) mono[at]! += channel[at]!
  const scale = 32768 / channelData.length
  return mono.map((sum) => sum * scale)
}
