import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatasetRecord, ImportSettings } from '../contract/records/dataset'
import { importData } from './importData'
import { openSplit } from './openStore'
import { planImport } from './plan'
import { realData, temporaryFolder } from './testing/folder'

async function run(paths: string[], options: ImportSettings = {}): Promise<{ record: DatasetRecord; folder: string }> {
  const folder = join(await temporaryFolder(), 'set')
  return { folder, record: await importData({ paths, name: 'Set', options, datasetFolder: folder, datasetId: 'set' }) }
}

async function first(folder: string, split: 'train' | 'valid' | 'test'): Promise<number[]> {
  const reader = await openSplit(folder, split)
  const values = [...(await reader.read([0], 0))]
  await reader.close()
  return values
}

const binarizedMnist = realData('binarized_mnist')
describe.skipIf(!binarizedMnist)('binarised MNIST', () => {
  const files = ['train', 'valid', 'test'].map((split) => join(binarizedMnist!, `binarized_mnist_${split}.amat.gz`))
  it('is planned in no time and imported with its published split; independent pixels score about 206 nats', async () => {
    const started = performance.now()
    const plan = await planImport(files)
    expect(performance.now() - started).toBeLessThan(2000)
    expect([plan.examples, plan.estimated, plan.domain.levels, plan.suggestedName]).toEqual([70000, false, 2, 'binarized_mnist'])
    const { record } = await run(files)
    expect([record.counts, record.domain.shape, record.variant]).toEqual([{ train: 50000, valid: 10000, test: 10000 }, [28, 28, 1], 'fixed binarisation, as given'])
    expect(record.statistics.independentNats).toBeCloseTo(206.32, 2)
    // SOURCE.md: mean of train .13056.
    expect(record.statistics.histogram[1]! / record.dimensions.train).toBeCloseTo(0.13056, 5)
    // The .npz holds the same bits.
    const npz = await run([join(binarizedMnist!, 'binarized_mnist.npz')])
    expect(npz.record.store.sha256).toEqual(record.store.sha256)
    expect(npz.record.labelNames).toHaveLength(10)
  })
})

const mnist = realData('mnist')
describe.skipIf(!mnist)('MNIST', () => {
  it('is 60,000 + 10,000 with labels; a sixth of train validates', async () => {
    const { record, folder } = await run([mnist!])
    expect(record.counts).toEqual({ train: 50000, valid: 10000, test: 10000 })
    expect(record.statistics.classCounts!.reduce((sum, { count }) => sum + count, 0)).toBe(50000)
    const test = await openSplit(folder, 'test')
    expect([...(await test.labelsOf([0, 1, 2, 3]))!]).toEqual([7, 2, 1, 0])
    await test.close()
  })
})

const caltech = realData('caltech101_silhouettes')
describe.skipIf(!caltech)('Caltech 101 silhouettes', () => {
  it('comes upright from MATLAB: equal to the transposed .npz', async () => {
    const mat = await run([join(caltech!, 'caltech101_silhouettes_28_split1.mat')])
    const npz = await run([join(caltech!, 'caltech101_silhouettes_28_split1.npz')])
    expect(mat.record.counts).toEqual({ train: 4100, valid: 2264, test: 2307 })
    expect(mat.record.store.sha256).toEqual(npz.record.store.sha256)
    expect(mat.record.labelNames).toEqual(npz.record.labelNames)
    expect((await planImport([join(caltech!, 'caltech101_silhouettes_28_split1.mat')])).recognised).toMatch(/column-major.*turned upright/)
  })
})

const cifar = realData('cifar10_jpeg', 'cifar10_jpeg_test_10000.tar.gz')
describe.skipIf(!cifar)('JPEGs in a tar.gz', () => {
  it('gives 10,000 images in ten classes', async () => {
    const started = performance.now()
    const plan = await planImport([cifar!])
    expect(performance.now() - started).toBeLessThan(10_000)
    // On a busy machine the quick look ends early, and says so.
    if (!plan.estimated) expect([plan.examples, plan.labelNames?.length]).toEqual([10000, 10])
    const { record } = await run([cifar!])
    expect([record.counts, record.domain.shape, record.rejected]).toEqual([{ train: 8000, valid: 1000, test: 1000 }, [32, 32, 3], []])
  }, 120_000)
})

const recordings = realData('fsdd', 'recordings')
describe.skipIf(!recordings)('spoken digits', () => {
  it('are 3,000 clips, tested on indices 0 to 4; the histogram scores about 4.98 nats a sample', async () => {
    const { record } = await run([recordings!], { testPattern: '_[0-4]\\.wav$', labels: '^(\\d)_' })
    expect([record.counts.test, record.counts.train + record.counts.valid, record.domain.sampleRate]).toEqual([300, 2700, 8000])
    expect(record.statistics.durations!.total).toBeCloseTo(1312.3, 1)
    expect(Math.abs(record.statistics.independentNats - 4.98)).toBeLessThan(0.06)
  }, 120_000)
})

const frey = realData('frey_faces')
describe.skipIf(!frey)('Frey faces', () => {
  it('are 28 high and 20 wide', async () => {
    const { record, folder } = await run([frey!])
    expect([record.domain.shape, record.counts.train + record.counts.valid + record.counts.test]).toEqual([[28, 20, 1], 1965])
    expect(await first(folder, 'train')).toHaveLength(560)
  })
})

const awkward = realData('awkward_files')
describe.skipIf(!awkward)('awkward files', () => {
  it.each(['img_pillow', 'pngsuite', 'wav_go-audio', 'wav_hound'])('%s: each is imported or refused with a reason', async (name) => {
    const { record } = await run([join(awkward!, name)], name.startsWith('wav') ? {} : { width: 32, height: 32 })
    expect(record.rejected.every(({ reason }) => reason.length > 5)).toBe(true)
    const { train, valid, test } = record.counts
    const { readdir } = await import('node:fs/promises')
    expect(train + valid + test + record.rejected.length).toBe((await readdir(join(awkward!, name))).length)
    const refused = (file: string) => record.rejected.some((one) => one.file.endsWith(file))
    if (name === 'pngsuite') for (const file of ['xc1n0g08.png', 'xcsn0g01.png', 'xdtn0g01.png', 'xhdn0g08.png', 'xs4n0g01.png']) expect(refused(file)).toBe(true)
    if (name === 'img_pillow') {
      for (const file of ['decompression_bomb.gif', 'bmp_b_badwidth.bmp', 'truncated_jpeg.jpg', 'zero_width.gif', 'test-card-lossless.jp2']) expect(refused(file)).toBe(true)
      for (const file of ['hopper.bmp', 'hopper_rle8.bmp', '16bit.cropped.tif', 'pil_sample_cmyk.jpg', 'iss634.webp', 'invalid-exif.jpg']) expect(refused(file)).toBe(false)
    }
  })

  it('refuses a folder of broken IDX downloads with each reason', async () => {
    await expect(run([join(awkward!, 'idx_truncated')])).rejects.toThrow(/web page.*empty.*ends after 19690 of 60000/s)
  })
})
