import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Domain } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { trainingBatches } from '../ml/training/batches'
import type { BatchOptions, TrainingBatch } from '../ml/training/batches'
import { readAhead } from './readAhead'
import { chainDomain, toneDomain, writeGreys, writeLabelledChains, writeTones } from './testStore'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'read-ahead-'))
})
afterAll(() => rm(home, { recursive: true }))

async function bothWays(folder: string, options: Omit<BatchOptions, 'source'>, at: [number, number][]): Promise<[TrainingBatch[], TrainingBatch[]]> {
  const source = await openSplit(folder, 'train')
  const direct = trainingBatches({ ...options, source })
  const ahead = await readAhead(direct, { ...options, folder })
  try {
    expect(ahead.threaded).toBe(true)
    expect([ahead.shape, ahead.masked, ahead.stepsIn(1)]).toEqual([direct.shape, direct.masked, direct.stepsIn(1)])
    // All asked for at once: each answer finds its own question.
    return [await Promise.all(at.map(([epoch, index]) => ahead.read(epoch, index))), await Promise.all(at.map(([epoch, index]) => direct.read(epoch, index)))]
  } finally {
    await ahead.close()
    await source.close()
  }
}

describe('batches read in a thread', () => {
  const usual = { batchSize: 20, seed: 3, windowSamples: 128, context: 10 }

  it('are those read directly: anew binarised examples, with epochs of their own', async () => {
    const domain: Domain = { ...chainDomain, shape: [28, 28, 1] }
    const [threaded, direct] = await bothWays(await writeGreys(join(home, 'greys'), 100), { ...usual, domain }, [[0, 0], [0, 4], [7, 2], [0, 0]])
    expect(threaded).toEqual(direct)
    expect(threaded[0]).toEqual(threaded[3])
    expect(threaded[2]!.levels).not.toEqual(threaded[1]!.levels)
    expect(new Set(threaded[0]!.levels)).toEqual(new Set([0, 1]))
  })

  it('are those read directly: windows of clips, with their masks', async () => {
    const [threaded, direct] = await bothWays(await writeTones(join(home, 'tones')), { ...usual, domain: toneDomain, batchSize: 4 }, [[0, 0], [1, 3]])
    expect(threaded).toEqual(direct)
    expect(threaded[0]!.mask).toHaveLength(4 * 138)
  })

  it('carry the classes of their examples, for a model that is conditioned on them', async () => {
    const domain: Domain = { ...chainDomain, classes: 2 }
    const folder = await writeLabelledChains(join(home, 'labelled'))
    const [threaded, direct] = await bothWays(folder, { ...usual, domain, conditioning: { kind: 'class', classes: 2 } }, [[0, 0], [2, 1]])
    expect(threaded).toEqual(direct)
    const { condition, levels } = threaded[0]!
    expect(condition).toHaveLength(20)
    // In class 1 most pixels differ from the one before, in class 0 few do.
    condition!.forEach((label, row) => {
      const pixels = levels.subarray(row * 36, (row + 1) * 36)
      const changes = pixels.reduce((sum, value, at) => sum + (at > 0 && value !== pixels[at - 1] ? 1 : 0), 0)
      expect(label).toBe(changes > 17 ? 1 : 0)
    })
    const [without] = await bothWays(folder, { ...usual, domain }, [[0, 0]])
    expect(without[0]).toEqual({ levels, mask: null, counted: 20 })
  })

  it('report a file that has become shorter', async () => {
    const folder = await writeGreys(join(home, 'cut'), 100)
    const domain: Domain = { ...chainDomain, shape: [28, 28, 1] }
    const source = await openSplit(folder, 'train')
    const options = { ...usual, domain, batchSize: 100 }
    const ahead = await readAhead(trainingBatches({ ...options, source }), { ...options, folder })
    await truncate(join(folder, 'train.bin'), 5000)
    await expect(ahead.read(0, 0)).rejects.toThrow(/ends \d+ bytes early/)
    await ahead.close()
    await source.close()
    await expect(ahead.read(0, 0)).rejects.toThrow(/closed/)
  })

  it('are read between the steps where the thread cannot start', async () => {
    const folder = await writeLabelledChains(join(home, 'fallback'))
    const source = await openSplit(folder, 'train')
    const options = { ...usual, domain: chainDomain }
    const direct = trainingBatches({ ...options, source })
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const ahead = await readAhead(direct, { ...options, folder: join(home, 'nowhere') })
    expect(ahead.threaded).toBe(false)
    expect(said.mock.calls[0]![0]).toMatch(/between the steps: .*nowhere/)
    said.mockRestore()
    expect(await ahead.read(3, 1)).toEqual(await direct.read(3, 1))
    await source.close()
  })
})
