import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import wavefile from 'wavefile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Domain } from '../../contract/domain'
import { muLawEncode } from '../../contract/muLaw'
import { continuationOf } from './prime'

const domain: Domain = { kind: 'audio', shape: [800], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' }
const sound = Int16Array.from({ length: 400 }, (_value, time) => Math.round(9000 * Math.sin(time / 7)))
let folder: string
const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-prime-'))
  const wav = (channels: number, rate: number, samples: Int16Array): Uint8Array => {
    const made = new wavefile.WaveFile()
    made.fromScratch(channels, rate, '16', samples)
    return made.toBuffer()
  }
  await writeFile(file('mono.wav'), wav(1, 8000, sound))
  await writeFile(file('fast.wav'), wav(1, 16000, sound))
  await writeFile(file('text.wav'), 'no sound at all')
})
afterAll(() => rm(folder, { recursive: true }))

describe('a recording to be continued', () => {
  test('is kept, and what follows is unknown', async () => {
    const { source, mask, primed, length } = await continuationOf(file('mono.wav'), 0.1, domain)
    expect([primed, length]).toEqual([400, 1200])
    if (source.kind !== 'levels' || mask.kind !== 'pixels') throw new Error('levels under a mask are expected')
    expect([...source.levels.subarray(0, 400)]).toEqual([...sound].map(muLawEncode))
    expect(mask.unknown.indexOf(1)).toBe(400)
    expect(mask.unknown.lastIndexOf(0)).toBe(399)
    expect(mask.unknown).toHaveLength(1200)
  })

  test('is taken sample by sample where the data has 16 bits', async () => {
    const { source } = await continuationOf(file('mono.wav'), 0.1, { ...domain, levels: 65_536, encoding: 'linear' })
    expect(source.kind === 'levels' && [...source.levels.subarray(0, 400)]).toEqual([...sound].map((pcm) => pcm + 32_768))
  })

  test('is brought to the sample rate of the data', async () => {
    expect((await continuationOf(file('fast.wav'), 1, domain)).primed).toBe(200)
  })

  test.each([
    ['mono.wav', { ...domain, kind: 'image' as const }, /only models of audio and video continue a recording/],
    ['nowhere.wav', domain, /there is no such file/],
    ['text.wav', domain, /text\.wav cannot be read: .*PCM WAV/],
  ])('%s is refused where it does not fit', async (name, of, message) => {
    await expect(continuationOf(file(name), 1, of)).rejects.toSatisfy((error: Error & { mend?: string }) => message.test(`${error.message} ${error.mend ?? ''}`))
  })
})

describe('frames to be continued', () => {
  const clips: Domain = { kind: 'video', shape: [4, 2, 3, 1], levels: 2, variableLength: false, encoding: 'linear' }
  const animation = (frames: number) =>
    sharp(Buffer.from(Array.from({ length: frames * 6 }, (_value, at) => (Math.floor(at / 6) === at % 6 ? 255 : 0)).flatMap((grey) => [grey, grey, grey])), {
      raw: { width: 3, height: 2 * frames, channels: 3, pageHeight: 2 },
    })
      .gif({ keepDuplicateFrames: true })
      .toBuffer()

  test('take the place of the first frames of a clip; the rest is left to the model', async () => {
    await writeFile(file('moving.gif'), await animation(3))
    const { source, mask, primed, length } = await continuationOf(`${file('moving.gif')}#2`, 1, clips)
    expect([primed, length]).toEqual([12, 24])
    expect(source).toEqual({ kind: 'levels', levels: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, ...new Array<number>(16).fill(0)) })
    expect(mask).toEqual({ kind: 'pixels', unknown: Uint8Array.from({ length: 24 }, (_value, at) => Number(at >= 12)) })
  })

  test('as many as a clip has are refused with how many may be given', async () => {
    await writeFile(file('whole.gif'), await animation(4))
    await expect(continuationOf(file('whole.gif'), 1, clips)).rejects.toMatchObject({ message: expect.stringContaining('has 4 frames'), mend: expect.stringContaining('at most 3 frames') })
  })
})
