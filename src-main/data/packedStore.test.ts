import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importOptionsSchema } from '../contract/records/dataset'
import type { DatasetRecord } from '../contract/records/dataset'
import { muLawEncode } from '../contract/muLaw'
import { openSplit } from './openStore'
import type { StoreSummary, StoreWriter } from './storeWriter'
import { withStoreWriter } from './storeWriter'
import { UserError } from './userError'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function record(summary: StoreSummary, changes: Partial<DatasetRecord>): DatasetRecord {
  return {
    type: 'dataset', version: 1, id: 'set', name: 'Set', createdAt: new Date(0).toISOString(),
    domain: { kind: 'image', shape: [2, 3, 1], levels: 256, variableLength: false, encoding: 'linear' },
    ...summary,
    variant: '256 levels', options: importOptionsSchema.parse({}), sources: [], rejected: [],
    statistics: { histogram: [], independentNats: 0, independentBitsPerDim: 0, uniformNats: 0, duplicates: 0 },
    ...changes,
  }
}

const example = (index: number) => Uint8Array.from({ length: 6 }, (_, dimension) => (index * 7 + dimension * 31) % 256)

async function writeImages(count: number, changes: Partial<DatasetRecord> = {}): Promise<string> {
  const target = join(folder, 'set')
  await withStoreWriter(target, { dtype: 'u8' }, async (writer) => {
    for (let index = 0; index < count; index++) await writer.append('train', example(index), { label: index % 3 })
    await writer.append('test', example(1000), { label: 1 })
    await writer.commit({ variableLength: false, labelIndex: [2, 0, 1] }, (summary) => record(summary, changes))
  })
  return target
}

describe('packed store', () => {
  it('reads back what was written, in any order, with labels', async () => {
    const target = await writeImages(5000)
    expect((await readdir(folder))).toEqual(['set'])
    const train = await openSplit(target, 'train')
    expect([train.count, train.totalDimensions, train.lengthOf(17)]).toEqual([5000, 30000, 6])
    const indices = [4999, 0, 17, 18, 17, 2500]
    const values = await train.read(indices, 0)
    indices.forEach((index, slot) => expect([...values.subarray(6 * slot, 6 * slot + 6)]).toEqual([...example(index)]))
    expect([...(await train.labelsOf([0, 1, 2]))!]).toEqual([2, 0, 1])
    expect([...(await train.readWindow(3, 2, 3))]).toEqual([...example(3).subarray(2, 5)])
    await expect(train.read([5000], 0)).rejects.toThrow(RangeError)
    await train.close()
    const valid = await openSplit(target, 'valid')
    expect([valid.count, (await valid.read([], 0)).length]).toEqual([0, 0])
    await valid.close()
  })

  it('redistributes a split in place, larger than its buffers', async () => {
    const target = join(folder, 'set')
    const big = (index: number) => new Uint8Array(3000).fill(index % 251)
    const saved = await withStoreWriter(target, { dtype: 'u8' }, async (writer) => {
      for (let index = 0; index < 2000; index++) await writer.append('train', big(index), { label: index % 2 })
      await writer.distribute('train', (index) => (index % 10 === 3 ? 'valid' : index % 10 === 7 ? 'test' : 'train'))
      return writer.commit({ variableLength: false, labelIndex: [0, 1] }, (summary) =>
        record(summary, { domain: { kind: 'table', shape: [3000], levels: 256, variableLength: false, encoding: 'linear' } }))
    })
    expect(saved.counts).toEqual({ train: 1600, valid: 200, test: 200 })
    expect((await readFile(join(target, 'train.bin'))).length).toBe(1600 * 3000)
    const kept = Array.from({ length: 2000 }, (_, index) => index).filter((index) => index % 10 !== 3 && index % 10 !== 7)
    const train = await openSplit(target, 'train')
    for (const slot of [0, 1, 799, 1599]) expect([...new Set(await train.read([slot], 0))]).toEqual([kept[slot]! % 251])
    expect([...(await train.labelsOf([0, 1, 2, 3]))!]).toEqual([0, 1, 0, 0])
    const test = await openSplit(target, 'test')
    expect((await test.read([150], 0))[0]).toBe((10 * 150 + 7) % 251)
    await train.close()
    await test.close()
  })

  it('binarises dynamically: anew each epoch in train, frozen in test, with the greys as probabilities', async () => {
    const target = await writeImages(20000, {
      domain: { kind: 'image', shape: [2, 3, 1], levels: 2, variableLength: false, encoding: 'linear' },
      options: importOptionsSchema.parse({ binarize: 'dynamic', seed: 4 }),
    })
    const train = await openSplit(target, 'train')
    const all = Array.from({ length: 20000 }, (_, index) => index)
    const first = await train.read(all, 0)
    expect(await train.read(all, 0)).toEqual(first)
    const second = await train.read(all, 1)
    let ones = 0
    let greys = 0
    let changed = 0
    for (let index = 0; index < 20000; index++)
      for (const [dimension, grey] of example(index).entries()) {
        const value = first[index * 6 + dimension]!
        expect(value === 0 || value === 1).toBe(true)
        if (grey === 0) expect(value).toBe(0)
        if (grey === 255) expect(value).toBe(1)
        ones += value
        greys += grey / 255
        if (value !== second[index * 6 + dimension]) changed += 1
      }
    expect(Math.abs(ones - greys)).toBeLessThan(5 * Math.sqrt(120000 / 6))
    expect(changed).toBeGreaterThan(30000)
    // A draw depends on (seed, epoch, example, dimension) only, not on the batch or the window it is read in.
    expect([...(await train.read([77, 5], 1)).subarray(6)]).toEqual([...second.subarray(30, 36)])
    expect([...(await train.readWindow(5, 2, 3))]).toEqual([...first.subarray(32, 35)])
    const test = await openSplit(target, 'test')
    expect(await test.read([0], 0)).toEqual(await test.read([0], 9))
    await train.close()
    await test.close()
  })

  it('reads audio of different lengths through μ-law', async () => {
    const target = join(folder, 'set')
    const clips = [3, 5, 2].map((length, clip) => Int16Array.from({ length }, (_, i) => (i - 1) * 5000 * (clip + 1)))
    await withStoreWriter(target, { dtype: 'i16' }, async (writer) => {
      for (const clip of clips) await writer.append('train', clip)
      await writer.commit({ variableLength: true, labelIndex: null }, (summary) =>
        record(summary, { domain: { kind: 'audio', shape: [5], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' } }))
    })
    const train = await openSplit(target, 'train')
    expect([0, 1, 2].map((index) => train.lengthOf(index))).toEqual([3, 5, 2])
    expect([...(await train.readWindow(1, -1, 7))]).toEqual([0, ...Array.from(clips[1]!, muLawEncode), 0])
    expect([...(await train.read([2, 0], 0))]).toEqual([...Array.from(clips[2]!, muLawEncode), 0, 0, 0, ...Array.from(clips[0]!, muLawEncode), 0, 0])
    expect(await train.labelsOf([0])).toBeNull()
    await train.close()
  })

  it('says which file is damaged', async () => {
    const target = await writeImages(10)
    await truncate(join(target, 'train.bin'), 59)
    await expect(openSplit(target, 'train')).rejects.toThrow(/train\.bin has 59 bytes where 60 are expected/)
    await writeFile(join(target, 'dataset.json'), '{')
    await expect(openSplit(target, 'test')).rejects.toThrow(/dataset\.json is not a valid data set record/)
  })

  it('removes everything when writing fails or is cancelled', async () => {
    const controller = new AbortController()
    const attempt = withStoreWriter(join(folder, 'set'), { dtype: 'u8', signal: controller.signal }, async (writer) => {
      await writer.append('train', example(0))
      controller.abort()
      await writer.append('train', example(1))
    })
    await expect(attempt).rejects.toThrow(/abort/i)
    expect(await readdir(folder)).toEqual([])
  })

  it('does not replace a data set that exists', async () => {
    await writeImages(3)
    await expect(writeImages(4)).rejects.toThrow(UserError)
    expect(await readdir(folder)).toEqual(['set'])
  })

  // /dev/full answers every write with ENOSPC.
  it.skipIf(!existsSync('/dev/full'))('reports a full disk in one message and leaves nothing', async () => {
    const { rm: remove, symlink } = await import('node:fs/promises')
    const attempt = withStoreWriter(join(folder, 'set'), { dtype: 'u8' }, async (writer: StoreWriter) => {
      await remove(join(writer.folder, 'train.bin'))
      await writer.splits.train.close()
      await symlink('/dev/full', join(writer.folder, 'train.bin'))
      writer.splits.train = await (await import('./splitFile')).SplitFile.create(writer.folder, 'train', 1)
      await writer.append('train', new Uint8Array(3 * 1024 * 1024))
    })
    await expect(attempt).rejects.toThrow(/disk that holds .* is full/)
    expect(await readdir(folder)).toEqual([])
  })
})
