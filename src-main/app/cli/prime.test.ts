import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  test('is brought to the sample rate of the data', async () => {
    expect((await continuationOf(file('fast.wav'), 1, domain)).primed).toBe(200)
  })

  test.each([
    ['mono.wav', { ...domain, kind: 'image' as const }, /only models of audio continue a recording/],
    ['nowhere.wav', domain, /there is no such file/],
    ['text.wav', domain, /text\.wav cannot be read: .*PCM WAV/],
  ])('%s is refused where it does not fit', async (name, of, message) => {
    await expect(continuationOf(file(name), 1, of)).rejects.toSatisfy((error: Error & { mend?: string }) => message.test(`${error.message} ${error.mend ?? ''}`))
  })
})
