import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateData } from './generateData'
import { openSplit } from './openStore'
import { temporaryFolder } from './testing/folder'

async function generate(kind: 'glyphs' | 'textures' | 'tones', count: number, seed = 0, more = {}) {
  const folder = join(await temporaryFolder(), kind)
  return { folder, record: await generateData({ kind, count, seed, name: kind, datasetFolder: folder, datasetId: kind, ...more }) }
}

describe('sample data', () => {
  it.each([['glyphs', [28, 28, 1], 10], ['textures', [32, 32, 3], 5]] as const)('%s: images that depend on their neighbours, all classes, no two alike', async (kind, shape, classes) => {
    const { record, folder } = await generate(kind, 300)
    expect([record.counts, record.domain.shape, record.domain.classes, record.statistics.duplicates]).toEqual([{ train: 240, valid: 30, test: 30 }, [...shape], classes, 0])
    const reader = await openSplit(folder, 'train')
    const values = await reader.read(Array.from({ length: 240 }, (_, i) => i), 0)
    await reader.close()
    // Correlation of a value with its right-hand neighbour: structure worth modelling.
    const step = shape[2]
    let [sum, squares, products, pairs] = [0, 0, 0, 0]
    for (let i = 0; i + step < values.length; i++) {
      sum += values[i]!
      squares += values[i]! ** 2
      products += values[i]! * values[i + step]!
      pairs += 1
    }
    const mean = sum / pairs
    expect((products / pairs - mean ** 2) / (squares / pairs - mean ** 2)).toBeGreaterThan(0.6)
  })

  it('tones: clips of half a second to one', async () => {
    const { record } = await generate('tones', 60)
    expect([record.labelNames, record.domain.sampleRate, record.domain.variableLength]).toEqual([['tone', 'chirp', 'pluck'], 8000, true])
    expect(record.statistics.durations!.shortest).toBeGreaterThanOrEqual(0.5)
    expect(record.statistics.durations!.longest).toBeLessThanOrEqual(1)
  })

  it('is a function of its seed', async () => {
    const hash = async (seed: number) => (await generate('glyphs', 60, seed)).record.store.sha256.train
    expect(await hash(1)).toBe(await hash(1))
    expect(await hash(1)).not.toBe(await hash(2))
  })

  it('binarises, and makes grey textures', async () => {
    expect((await generate('glyphs', 50, 0, { binarize: 'stochastic' })).record).toMatchObject({ variant: 'stochastic binarisation, seed 0, frozen', domain: { levels: 2 } })
    expect((await generate('textures', 50, 0, { channels: 1 })).record.domain.shape).toEqual([32, 32, 1])
  })
})
