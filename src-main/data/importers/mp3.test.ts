import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { pcm16, wavFile } from '../testing/files'
import { memoryFile } from './inputFile'
import { openSound } from './sound'
import type { SoundStream } from './soundStream'

/** 440 Hz at a quarter of full scale (8000 of 32768) for half a second: 8 kHz, one channel. */
const tone = readFileSync(new URL('../testing/tone.mp3', import.meta.url))
/** The same for a quarter of a second at 16 kHz, in the left channel of two. */
const toneLeft = readFileSync(new URL('../testing/tone-left.mp3', import.meta.url))

const opened = (bytes: Buffer, chunk = bytes.length, name = 'x.mp3'): Promise<SoundStream> =>
  openSound({
    ...memoryFile(name, bytes),
    stream: async () => Readable.from(Array.from({ length: Math.ceil(bytes.length / chunk) }, (_value, at) => bytes.subarray(at * chunk, (at + 1) * chunk))),
  })

async function samplesOf(sound: SoundStream): Promise<number[]> {
  const samples: number[] = []
  for await (const block of sound.blocks) samples.push(...block)
  return samples
}

/** Amplitude of one frequency in the middle of a recording, where the encoder has settled. */
function amplitude(samples: number[], hertz: number, sampleRate: number): number {
  const middle = samples.slice(Math.floor(samples.length / 4), Math.floor((3 * samples.length) / 4))
  const sums = [Math.cos, Math.sin].map((wave) => middle.reduce((sum, value, t) => sum + value * wave((2 * Math.PI * hertz * t) / sampleRate), 0))
  return (2 * Math.hypot(...sums)) / middle.length
}

describe('MP3', () => {
  it('is decoded with its sample rate and level', async () => {
    const sound = await opened(tone)
    expect([sound.sampleRate, sound.channels, sound.frames]).toEqual([8000, 1, null])
    const samples = await samplesOf(sound)
    // An encoder adds silence before and after.
    expect(samples.length).toBeGreaterThanOrEqual(4000)
    expect(samples.length).toBeLessThan(4000 + 3 * 1152)
    expect(amplitude(samples.slice(0, 5000), 440, 8000)).toBeGreaterThan(7200)
    expect(amplitude(samples.slice(0, 5000), 440, 8000)).toBeLessThan(8800)
    expect(amplitude(samples.slice(0, 5000), 1000, 8000)).toBeLessThan(200)
  })

  it('mixes its channels by the mean', async () => {
    const sound = await opened(toneLeft)
    expect([sound.sampleRate, sound.channels]).toEqual([16000, 2])
    const level = amplitude((await samplesOf(sound)).slice(0, 5000), 440, 16000)
    expect(level).toBeGreaterThan(3600)
    expect(level).toBeLessThan(4400)
  })

  it('is the same however its bytes arrive, and behind a tag with a picture', async () => {
    const whole = await samplesOf(await opened(tone))
    expect(await samplesOf(await opened(tone, 100))).toEqual(whole)
    const tag = Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\x07\x76', 'latin1'), Buffer.alloc(1014)])
    expect(await samplesOf(await opened(Buffer.concat([tag, tone])))).toEqual(whole)
  })

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'not an MP3 file (the file is empty)'],
    ['a web page', Buffer.from('<!doctype html><html></html>'), 'not an MP3 file (it is a web page, not data: the download went wrong)'],
    ['a WAV file', wavFile(pcm16([1, 2, 3])), 'not an MP3 file'],
    ['noise', Buffer.from(Array.from({ length: 3000 }, (_value, at) => (at * 7919) % 251)), 'damaged MP3 (no sound in it)'],
  ])('refuses %s', async (_name, bytes, reason) => {
    await expect(opened(bytes)).rejects.toThrow(reason)
  })

  it('can be left unread', async () => {
    const sound = await opened(tone, 100)
    sound.close()
    sound.close()
  })
})
