import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateData } from './generateData'
import { bounce, scaled } from './generators/moving'
import { randomSequence } from './hashRandom'
import { idxFile } from './testing/files'
import { temporaryFolder, writeFiles } from './testing/folder'
import { levels, range, run } from './testing/imported'

describe('shapes that bounce', () => {
  it('stay whole inside the frame and move by a tenth of their way, thrown back by the borders', () => {
    const shape = { width: 2, height: 2, pixels: Uint8Array.of(9, 9, 9, 9) }
    for (let seed = 0; seed < 5; seed++) {
      const [frames, side] = [30, 22]
      const clip = bounce([shape], { frames, side }, randomSequence(seed))
      const places = range(frames).map((frame) => {
        const picture = clip.subarray(frame * side * side, (frame + 1) * side * side)
        expect(picture.reduce((sum, value) => sum + value, 0)).toBe(36)
        return [Math.floor(picture.indexOf(9) / side), picture.indexOf(9) % side] as const
      })
      for (let frame = 1; frame < frames; frame++) {
        const [rows, columns] = [places[frame]![0] - places[frame - 1]![0], places[frame]![1] - places[frame - 1]![1]]
        expect(Math.abs(rows)).toBeLessThanOrEqual(3)
        // A step of 0.1 · 20 pixels, each coordinate rounded down, unless a border is in between.
        expect(Math.hypot(rows, columns)).toBeLessThanOrEqual(2 + Math.SQRT2)
      }
      expect(new Set(places.map(String)).size).toBeGreaterThan(5)
    }
  })

  it('are scaled by the mean of what a pixel covers', () => {
    const shape = { width: 3, height: 2, pixels: Uint8Array.of(0, 60, 120, 30, 90, 150) }
    expect([...scaled(shape, { width: 3, height: 1 }).pixels]).toEqual([15, 75, 135])
    expect([...scaled(shape, { width: 2, height: 2 }).pixels]).toEqual([20, 100, 50, 130])
  })
})

describe('generated clips', () => {
  const generate = async (request: Record<string, unknown>) => {
    const folder = join(await temporaryFolder(), 'set')
    return { folder, record: await generateData({ kind: 'moving-glyphs', count: 20, seed: 3, name: 'Moving', datasetId: 'moving', datasetFolder: folder, ...request } as Parameters<typeof generateData>[0]) }
  }

  it('of glyphs: the same request gives the same clips, another seed others', async () => {
    const one = await generate({ frames: 4, side: 16, binarize: 'threshold' })
    const again = await generate({ frames: 4, side: 16, binarize: 'threshold' })
    const other = await generate({ frames: 4, side: 16, binarize: 'threshold', seed: 4 })
    expect(one.record).toMatchObject({ domain: { kind: 'video', shape: [4, 16, 16, 1], levels: 2, classes: 10 }, counts: { train: 16, valid: 2, test: 2 } })
    expect(one.record.store.sha256).toEqual(again.record.store.sha256)
    expect(one.record.store.sha256).not.toEqual(other.record.store.sha256)
    for (const clip of await levels(one.folder, 'train')) expect(clip.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(3)
  })

  it('of digits: made of the pictures of each split, two to a frame', async () => {
    const source = await temporaryFolder()
    // Pictures of train are 200 throughout, those of test 100.
    await writeFiles(source, { 'train-images-idx3-ubyte': idxFile([12, 8, 8], new Uint8Array(768).fill(200)), 't10k-images-idx3-ubyte': idxFile([6, 8, 8], new Uint8Array(384).fill(100)) })
    const digits = await run(source)
    expect(digits.record.counts).toEqual({ train: 10, valid: 2, test: 6 })
    const { record, folder } = await generate({ kind: 'moving-digits', frames: 3, side: 16, shapes: 2, from: digits })
    expect(record).toMatchObject({ domain: { shape: [3, 16, 16, 1], levels: 256 }, counts: { train: 16, valid: 2, test: 2 } })
    expect(record.domain.classes).toBeUndefined()
    for (const [split, value] of [['train', 200], ['valid', 200], ['test', 100]] as const)
      for (const clip of await levels(folder, split)) expect(new Set(clip)).toEqual(new Set([0, value]))
    await expect(generate({ kind: 'moving-digits' })).rejects.toThrow(/pictures of a data set/)
    await expect(generate({ kind: 'moving-digits', from: { record, folder } })).rejects.toThrow(/holds video, but what moves must be grey/)
  })
})
