import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportSettings } from '../contract/records/dataset'
import { importData } from './importData'
import { createLogMel, melEdges } from './logMel'
import { openSplit } from './openStore'
import { npyFile, wavFile } from './testing/files'
import { temporaryFolder } from './testing/folder'

const RATE = 8000

/** A mono recording of a tone. */
function wav(samples: number, hertz: number): Buffer {
  const pcm = Buffer.alloc(2 * samples)
  for (let at = 0; at < samples; at++) pcm.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * at) / RATE)), 2 * at)
  return wavFile(pcm, { sampleRate: RATE })
}

const npy = (values: number[], shape: number[]): Buffer => npyFile('<f4', false, shape, new Uint8Array(Float32Array.from(values).buffer))

/** Frame f of clip c holds 100c + f and −f. */
const frames = (clip: number, count: number): number[] => Array.from({ length: count }, (_value, frame) => [100 * clip + frame, -frame]).flat()

async function imported(folder: string, options: ImportSettings) {
  const datasetFolder = join(folder, 'out')
  const record = await importData({ paths: [join(folder, 'in')], name: 'x', datasetFolder, datasetId: 'x', options: { split: '60/20/20', ...options } })
  return { record, datasetFolder }
}

describe('features beside recordings', () => {
  it('are their log-mel energies: each clip keeps its own through the split, and the training split says mean and deviation', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'in'))
    const tones = [300, 500, 800, 1200, 1800, 2500, 3200]
    for (const [index, hertz] of tones.entries()) await writeFile(join(folder, 'in', `${index}.wav`), wav(1000 + 37 * index, hertz))
    const { record, datasetFolder } = await imported(folder, { features: 'log-mel', melBands: 12, frameMilliseconds: 10 })
    const { features } = record.domain
    expect(features).toMatchObject({ size: 12, hop: 80 })
    const edges = melEdges({ sampleRate: RATE, bands: 12 })
    const [sums, squares, heard] = [new Float64Array(12), new Float64Array(12), new Set<number>()]
    let count = 0
    for (const split of ['train', 'valid', 'test'] as const) {
      const source = await openSplit(datasetFolder, split)
      for (let clip = 0; clip < source.count; clip++) {
        const length = Math.ceil(source.lengthOf(clip) / 80)
        const values = await source.featuresOf!(clip, 0, length)
        const loudest = values.subarray(12 * 4, 12 * 5).reduce((best, value, band, all) => (value > all[best]! ? band : best), 0)
        const tone = tones[(source.lengthOf(clip) - 1000) / 37]!
        expect(edges[loudest]! < tone && tone < edges[loudest + 2]!).toBe(true)
        heard.add(tone)
        // Behind the end the last frame goes on.
        expect((await source.featuresOf!(clip, length - 1, 3)).slice(24)).toEqual(values.slice(-12))
        if (split !== 'train') continue
        values.forEach((value, at) => {
          sums[at % 12]! += value
          squares[at % 12]! += value * value
        })
        count += length
      }
      await source.close()
    }
    expect(heard.size).toBe(tones.length)
    features!.mean.forEach((mean, band) => expect(mean).toBeCloseTo(sums[band]! / count, 4))
    features!.deviation.forEach((deviation, band) => expect(deviation).toBeCloseTo(Math.sqrt(squares[band]! / count - (sums[band]! / count) ** 2), 3))
  })

  it('are .npy files beside them, the rate found by the lengths; bad ones are rejected with the reason and the rest goes in', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'in'))
    const write = (name: string, content: Buffer): Promise<void> => writeFile(join(folder, 'in', name), content)
    for (let clip = 0; clip < 5; clip++) {
      await write(`${clip}.wav`, wav(2000 + 160 * clip, 400))
      await write(`${clip}.npy`, npy(frames(clip, 25 + 2 * clip), [25 + 2 * clip, 2]))
    }
    for (const name of ['nan', 'short', 'wide', 'flat', 'none']) await write(`${name}.wav`, wav(2000, 400))
    await write('nan.npy', npy(frames(9, 25).map((value, at) => (at === 13 ? NaN : value)), [25, 2]))
    await write('short.npy', npy(frames(9, 19), [19, 2]))
    await write('wide.npy', npy(new Array<number>(75).fill(1), [25, 3]))
    await write('flat.npy', npy(new Array<number>(25).fill(1), [25]))
    const { record, datasetFolder } = await imported(folder, { features: 'files', frameRate: 100 })
    expect(record.domain.features).toMatchObject({ size: 2, hop: 80 })
    const reasons = Object.fromEntries(record.rejected.map(({ file, reason }) => [file.split('/').at(-1), reason]))
    expect(reasons).toEqual({
      'nan.wav': 'nan.npy: frame 6, feature 1 is no finite number',
      'short.wav': 'short.npy has 19 frames where 2,000 samples make 25, one for every 80',
      'wide.wav': 'wide.npy has 3 features in a frame where most have 2',
      'flat.wav': 'flat.npy: an array of shape (25) where frames × features are expected',
      'none.wav': 'it has no features: there is no none.npy beside it',
    })
    const source = await openSplit(datasetFolder, 'train')
    for (let clip = 0; clip < source.count; clip++) {
      const which = (source.lengthOf(clip) - 2000) / 160
      expect([...(await source.featuresOf!(clip, 3, 2))]).toEqual([100 * which + 3, -3, 100 * which + 4, -4])
    }
    await source.close()
    await expect(importData({ paths: [join(folder, 'in')], name: 'x', datasetFolder: join(folder, 'b'), datasetId: 'x', options: { features: 'files', frameRate: 90 } })).rejects.toThrow(/90 frames a second.*88\.89 samples/)
  })

  it('of files without a rate are one for every so many samples as explain all lengths', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'in'))
    for (let clip = 0; clip < 4; clip++) {
      await writeFile(join(folder, 'in', `${clip}.wav`), wav(3000 + 333 * clip, 400))
      const count = 1 + Math.floor((3000 + 333 * clip) / 64)
      await writeFile(join(folder, 'in', `${clip}.npy`), npy(frames(clip, count), [count, 2]))
    }
    const { record } = await imported(folder, { features: 'files' })
    expect(record.domain.features?.hop).toBe(64)
    expect(record.rejected).toEqual([])
  })
})

it('a full-scale sine in the middle of a band has about 0 dB over it', () => {
  const [from, peak, to] = melEdges({ sampleRate: RATE, bands: 20 }).subarray(10, 13) as unknown as [number, number, number]
  const clip = Int16Array.from({ length: 2000 }, (_value, at) => Math.round(32_767 * Math.sin((2 * Math.PI * peak * at) / RATE)))
  const energies = createLogMel({ sampleRate: RATE, bands: 20, hop: 80 })(clip)
  expect(energies).toHaveLength(25 * 20)
  // The mean under a triangle of a peak about two bins wide.
  const bins = (to - from) / 2 / (RATE / 256)
  expect(energies[12 * 20 + 10]! + Math.log(bins)).toBeGreaterThan(-1)
  expect(energies[12 * 20 + 10]! + Math.log(bins)).toBeLessThan(1)
  expect(energies[12 * 20 + 2]!).toBeLessThan(-6)
})
