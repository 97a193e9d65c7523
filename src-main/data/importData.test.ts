import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openSplit } from './openStore'
import { planImport } from './plan'
import { idxFile, npyFile, pcm16, tarFile, wavFile } from './testing/files'
import { temporaryFolder, writeFiles } from './testing/folder'
import { greyPng, levels, png, range, run } from './testing/imported'
import { UserError } from './userError'

describe('images', () => {
  it('imports class folders, lists what is left out and why', async () => {
    const folder = await writeFiles(await temporaryFolder(), {
      'set/cat/1.png': await png(4, 3, [255, 0, 0]), 'set/cat/2.jpg': await sharp(await png(4, 3, 90)).jpeg({ quality: 100 }).toBuffer(), 'set/dog/1.webp': await sharp(await png(4, 3, 200)).webp({ lossless: true }).toBuffer(),
      'set/dog/2.gif': await sharp(await png(4, 3, 10)).gif().toBuffer(), 'set/dog/3.tif': await sharp(await png(4, 3, 20)).tiff({ compression: 'none' }).toBuffer(),
      'set/dog/large.png': await png(9, 9, 1), 'set/dog/not.png': 'hello', 'set/dog/cut.png': (await png(300, 300, 5)).subarray(0, 200), 'set/notes.md': 'notes', 'set/.DS_Store': 'x',
    })
    const { record, folder: stored } = await run(join(folder, 'set'), { split: '100/0/0' })
    expect(record.domain).toEqual({ kind: 'image', shape: [3, 4, 3], levels: 256, variableLength: false, encoding: 'linear', classes: 2 })
    expect([record.counts, record.labelNames, record.variant]).toEqual([{ train: 5, valid: 0, test: 0 }, ['cat', 'dog'], '256 RGB levels'])
    const rows = await levels(stored, 'train')
    expect(rows[0]!.slice(0, 3)).toEqual([255, 0, 0])
    expect([1, 2, 3, 4].map((i) => rows[i]![0])).toEqual([90, 200, 10, 20])
    const reader = await openSplit(stored, 'train')
    expect([...(await reader.labelsOf(range(5)))!]).toEqual([0, 0, 1, 1, 1])
    await reader.close()
    expect(Object.fromEntries(record.rejected.map(({ file, reason }) => [file, reason]))).toEqual({
      'set/dog/large.png': '9 × 9 pixels where most have 4 × 3; give a size to resize all of them', 'set/dog/not.png': 'not an image',
      'set/dog/cut.png': 'the PNG data end early: a truncated file', 'set/notes.md': 'not a kind of file that can be imported',
    })
  })

  it('resizes, converts to grey and quantises as asked', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'a.png': await png(8, 8, 255), 'b.png': await png(20, 10, 100), 'c.png': await png(5, 5, 0) })
    const { record, folder: stored } = await run(folder, { width: 4, height: 2, channels: 1, levels: 4, split: '100/0/0' })
    expect([record.domain.shape, record.domain.levels, record.variant]).toEqual([[2, 4, 1], 4, '4 grey levels, resized to 4 × 2, converted to grey'])
    expect(await levels(stored, 'train')).toEqual([3, 1, 0].map((level) => new Array<number>(8).fill(level)))
  })

  it('recognises grey images, and scales 16 bits to 8', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'a.png': await greyPng(2, 1, [0, 255]), 'b.png': await greyPng(2, 1, [17, 200]) })
    const sixteen = await sharp(Uint16Array.from([0x1234, 0xfe00]), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace('grey16').png().toBuffer()
    await writeFile(join(folder, 'c.png'), sixteen)
    const { record, folder: stored } = await run(folder, { split: '100/0/0' })
    expect(record.domain.shape).toEqual([1, 2, 1])
    expect(record.variant).toBe('256 grey levels')
    const rows = await levels(stored, 'train')
    expect(rows).toEqual([[0, 255], [17, 200], [18, 253]])
  })

  it('turns images as their camera was held', async () => {
    // Orientation 6: turn by 90° clockwise, so the top pixel comes to the right.
    const turned = await sharp(await greyPng(1, 2, [255, 0])).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer()
    const folder = await writeFiles(await temporaryFolder(), { 'a.jpg': turned, 'b.jpg': turned })
    const { record, folder: stored } = await run(folder, { channels: 1, split: '100/0/0' })
    expect(record.domain.shape).toEqual([1, 2, 1])
    const [row] = await levels(stored, 'train')
    expect([row![0]! < 10, row![1]! > 245]).toEqual([true, true])
  })

  it('shows transparent parts as white', async () => {
    const clear = await sharp({ create: { width: 1, height: 1, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } }).png().toBuffer()
    const folder = await writeFiles(await temporaryFolder(), { 'a.png': clear, 'b.png': clear })
    expect((await levels((await run(folder, { split: '100/0/0' })).folder, 'train'))[0]).toEqual([255, 255, 255])
  })

  it('binarises: threshold, stochastic by seed, dynamic', async () => {
    const folder = await writeFiles(await temporaryFolder(), Object.fromEntries(await Promise.all(range(6).map(async (i) => [`${i}.png`, await greyPng(20, 20, new Array<number>(400).fill(i * 51))]))))
    const threshold = await run(folder, { binarize: 'threshold', threshold: 0.5, split: '100/0/0' })
    expect(threshold.record.variant).toBe('threshold 0.5')
    expect((await levels(threshold.folder, 'train')).map((row) => new Set(row))).toEqual([0, 0, 0, 1, 1, 1].map((level) => new Set([level])))
    const first = await run(folder, { binarize: 'stochastic', seed: 3, split: '100/0/0' })
    expect(first.record.variant).toBe('stochastic binarisation, seed 3, frozen')
    expect(first.record.domain.levels).toBe(2)
    const means = (await levels(first.folder, 'train')).map((row) => row.reduce((a, b) => a + b) / 400)
    means.forEach((mean, i) => expect(Math.abs(mean - i / 5)).toBeLessThan(0.1))
    expect((await run(folder, { binarize: 'stochastic', seed: 3, split: '100/0/0' })).record.store.sha256).toEqual(first.record.store.sha256)
    expect((await run(folder, { binarize: 'stochastic', seed: 4, split: '100/0/0' })).record.store.sha256).not.toEqual(first.record.store.sha256)
    const dynamic = await run(folder, { binarize: 'dynamic', split: '100/0/0' })
    expect([dynamic.record.domain.levels, dynamic.record.variant]).toEqual([2, 'dynamic binarisation'])
    const reader = await openSplit(dynamic.folder, 'train')
    expect(await reader.read([2, 3], 0)).not.toEqual(await reader.read([2, 3], 1))
    await reader.close()
    // Expected counts of the greys: each of the 400 pixels is 1 with the mean of 0, 1/5 … 1.
    expect(dynamic.record.statistics.histogram[1]).toBeCloseTo(6 * 400 * 0.5, 6)
  })

  it('takes splits from folders, holds out a sixth when there is no validation split, and says so', async () => {
    const files: Record<string, Buffer> = {}
    for (const i of range(60)) files[`set/train/${i}.png`] = await greyPng(2, 2, [i, 0, 0, 0])
    for (const i of range(5)) files[`set/test/${i}.png`] = await greyPng(2, 2, [200 + i, 0, 0, 0])
    const folder = await writeFiles(await temporaryFolder(), files)
    const { record, folder: stored } = await run(join(folder, 'set'))
    expect(record.options.split).toBe('given')
    expect(record.counts).toEqual({ train: 50, valid: 10, test: 5 })
    expect(record.variant).toBe('256 grey levels; validation: 10 examples held out of train (seed 0)')
    expect((await levels(stored, 'test')).map((row) => row[0])).toEqual([200, 201, 202, 203, 204])
    const all = [...(await levels(stored, 'train')), ...(await levels(stored, 'valid'))].map((row) => row[0]!)
    expect(all.sort((a, b) => a - b)).toEqual(range(60))
  })

  it('divides by exact percentages, the same for the same seed', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'x.npy': npyFile('|u1', false, [1965, 8, 8], Buffer.from(range(1965 * 64).map((i) => (i * 31) % 256))) })
    const first = await run(folder, { split: '80/10/10', seed: 5 })
    expect(first.record.counts).toEqual({ train: 1571, valid: 197, test: 197 })
    expect((await run(folder, { split: '80/10/10', seed: 5 })).record.store.sha256).toEqual(first.record.store.sha256)
    expect((await run(folder, { split: '80/10/10', seed: 6 })).record.store.sha256).not.toEqual(first.record.store.sha256)
    expect((await run(folder, { split: '50/0/50' })).record.counts).toEqual({ train: 982, valid: 0, test: 983 })
  })

  it('keeps the last examples for the test, in their order', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'x.npy': npyFile('|u1', false, [60, 2, 2], Buffer.from(range(240).map((i) => Math.floor(i / 4) * 4))) })
    const firstPixels = async (stored: string, split: 'train' | 'valid' | 'test') => (await levels(stored, split)).map((row) => row[0]! / 4)
    const both = await run(folder, { split: 'last:6/12' })
    expect(both.record.variant).toBe('256 grey levels; test: the last 12, validation: the 6 before them')
    expect(await firstPixels(both.folder, 'test')).toEqual(range(12).map((i) => 48 + i))
    expect(await firstPixels(both.folder, 'valid')).toEqual(range(6).map((i) => 42 + i))
    expect(await firstPixels(both.folder, 'train')).toEqual(range(42))
    const one = await run(folder, { split: 'last:12' })
    expect(one.record.variant).toBe('256 grey levels; test: the last 12; validation: 8 examples held out of train (seed 0)')
    expect(await firstPixels(one.folder, 'test')).toEqual(range(12).map((i) => 48 + i))
    const others = [...(await firstPixels(one.folder, 'train')), ...(await firstPixels(one.folder, 'valid'))]
    expect(others.sort((a, b) => a - b)).toEqual(range(48))
    await expect(run(folder, { split: 'last:59' })).rejects.toMatchObject({ field: 'split', mend: 'Give smaller numbers.' })
  })

  it('labels from a table, from file names, or not at all', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'set/a_10.png': await greyPng(1, 1, [1]), 'set/b_2.png': await greyPng(1, 1, [2]), 'set/c.png': await greyPng(1, 1, [3]), 'labels.csv': 'file,label\na_10.png,zebra\nset/b_2.png,ant\n' })
    const set = join(folder, 'set')
    const byTable = await run(set, { labels: join(folder, 'labels.csv'), split: '100/0/0' })
    expect([byTable.record.labelNames, byTable.record.rejected]).toEqual([['ant', 'zebra'], [{ file: 'set/c.png', reason: 'it has no class: it is not in the label table labels.csv' }]])
    expect((await run(set, { labels: '_(\\d+)\\.png$', split: '100/0/0' })).record.labelNames).toEqual(['2', '10'])
    expect((await run(set, { split: '100/0/0' })).record.labelNames).toBeUndefined()
    await expect(run(set, { labels: '(' })).rejects.toMatchObject({ name: 'UserError', field: 'labels' })
    await expect(run(set, { labels: '(a)(b)' })).rejects.toThrow(/2 groups/)
    await expect(run(set, { labels: '^zzz(\\d)' })).rejects.toThrow(/No file has a class/)
  })
})

describe('archives', () => {
  it('imports zip and tar.gz alike, class and split folders inside', async () => {
    const files = await Promise.all(range(12).map(async (i) => ({ name: `top/${i < 8 ? 'train' : 'test'}/${i % 2 ? 'odd' : 'even'}/${i}.png`, content: await greyPng(2, 2, [i, i, i, i]) })))
    const folder = await writeFiles(await temporaryFolder(), {
      'digits.tar.gz': await tarFile(files), 'digits.tar': await tarFile(files, false), 'digits.zip': zipSync(Object.fromEntries(files.map(({ name, content }) => [name, content]))),
    })
    const records = await Promise.all(['digits.tar.gz', 'digits.tar', 'digits.zip'].map(async (name) => (await run(join(folder, name))).record))
    for (const record of records) expect([record.counts, record.labelNames, record.store.sha256]).toEqual([{ train: 7, valid: 1, test: 4 }, ['even', 'odd'], records[0]!.store.sha256])
    const plan = await planImport([join(folder, 'digits.zip')])
    expect([plan.suggestedName, plan.examples, plan.labelNames, plan.splitsFound]).toEqual(['digits', 12, ['even', 'odd'], ['train', 'test']])
  })

  it('reads tables inside archives', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'x.tar.gz': await tarFile([{ name: 'd/train-images-idx3-ubyte', content: idxFile([2, 2, 2], range(8)) }, { name: 'd/train-labels-idx1-ubyte', content: idxFile([2], [1, 0]) }]) })
    const { record, folder: stored } = await run(join(folder, 'x.tar.gz'), { split: '100/0/0' })
    expect([record.labelNames, await levels(stored, 'train')]).toEqual([['0', '1'], [range(4), range(8).slice(4)]])
  })

  it('refuses entries that would leave the archive, links and nested archives, and keeps the good ones', async () => {
    const image = await greyPng(1, 1, [9])
    const folder = await writeFiles(await temporaryFolder(), {
      'evil.zip': zipSync({ '../outside.png': image, '/absolute.png': image, 'C:\\windows.png': image, 'good.png': image, 'inner.zip': zipSync({ 'a.png': image }) }),
      'evil.tar.gz': await tarFile([{ name: '../outside.png', content: image }, { name: 'link.png', type: 'symlink', linkname: '/etc/passwd' }, { name: 'good.png', content: image }]),
    })
    for (const [name, refused] of [['evil.zip', 4], ['evil.tar.gz', 2]] as const) {
      const { record } = await run(join(folder, name), { split: '100/0/0' })
      expect(record.counts.train).toBe(1)
      expect(record.rejected).toHaveLength(refused)
      expect(record.rejected.map(({ reason }) => reason).join(';')).toMatch(/leaves the archive/)
    }
    expect((await readdir(folder)).sort()).toEqual(['evil.tar.gz', 'evil.zip'])
  })

  it('keeps what a truncated archive gave, and says it is truncated', async () => {
    const noise = (seed: number) => Buffer.from(range(4000).map((i) => (Math.imul(i * 2654435761 + seed, 40503) >>> 13) & 255))
    const files = await Promise.all(range(30).map(async (i) => ({ name: `${i}.png`, content: await greyPng(50, 80, [...noise(i)]) })))
    const whole = await tarFile(files)
    const folder = await writeFiles(await temporaryFolder(), { 'x.tar.gz': whole.subarray(0, whole.length / 2), 'y.zip': zipSync({ 'a.png': files[0]!.content }).subarray(0, 500) })
    const { record } = await run(join(folder, 'x.tar.gz'), { split: '100/0/0' })
    expect(record.counts.train).toBeGreaterThan(5)
    expect(record.rejected).toContainEqual({ file: 'x.tar.gz', reason: 'the archive ends early: a truncated download' })
    await expect(run(join(folder, 'y.zip'))).rejects.toThrow(/y\.zip: not a readable zip/)
  })
})

describe('tables', () => {
  it('refuses labels that do not match their images', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'train-images-idx3-ubyte': idxFile([3, 2, 2], range(12)), 'train-labels-idx1-ubyte.gz': gzipSync(idxFile([2], [0, 1])) })
    await expect(run(folder)).rejects.toThrow(/train-labels-idx1-ubyte\.gz holds 2 labels for the 3 examples of .*train-images-idx3-ubyte\./)
    await expect(planImport([folder])).rejects.toThrow(UserError)
  })

  it('refuses a damaged file that alone holds a split', async () => {
    const packed = gzipSync(idxFile([300, 8, 8], range(300 * 64).map((i) => (i * 7919) % 251)))
    const folder = await writeFiles(await temporaryFolder(), { 'train-images.idx3-ubyte.gz': packed.subarray(0, packed.length / 2), 't10k-images.idx3-ubyte.gz': packed })
    await expect(run(folder)).rejects.toThrow(/train-images\.idx3-ubyte\.gz: the file ends after \d+ of 300 examples: a truncated download/)
  })

  it('recognises square rows as images, others as tables, and lets the user decide', async () => {
    const grey = [...range(64).map((i) => i * 4), ...range(64)].join(' ')
    const folder = await writeFiles(await temporaryFolder(), { 'a.amat': `${grey.split(' ').slice(0, 64).join(' ')}\n${grey.split(' ').slice(64).join(' ')}\n`, 'b.csv': '0,1,2\n2,1,0\n' })
    const square = await run(join(folder, 'a.amat'), { split: '100/0/0' })
    expect([square.record.domain.kind, square.record.domain.shape, square.record.domain.levels]).toEqual(['image', [8, 8, 1], 256])
    expect((await run(join(folder, 'a.amat'), { kind: 'table', split: '100/0/0' })).record.domain.shape).toEqual([64])
    expect((await run(join(folder, 'a.amat'), { width: 16, height: 4, split: '100/0/0' })).record.domain.shape).toEqual([4, 16, 1])
    const table = await run(join(folder, 'b.csv'), { split: '100/0/0' })
    expect([table.record.domain.kind, table.record.domain.levels, table.record.variant]).toEqual(['table', 3, '3 levels'])
    await expect(run(join(folder, 'b.csv'), { kind: 'image' })).rejects.toThrow(/no square image/)
  })

  it('scales floats, and refuses what has no levels', async () => {
    const floats = Float32Array.from(range(128).map((i) => i / 127))
    const folder = await writeFiles(await temporaryFolder(), {
      'a.npy': npyFile('<f4', false, [2, 8, 8], Buffer.from(floats.buffer)), 'b.npy': npyFile('<f4', false, [2, 8, 8], Buffer.from(floats.map((v) => v * 1000).buffer)),
      'c.csv': '0.5,1\n0.25,2\n', 'd.npy': npyFile('<f4', false, [2, 8, 8], Buffer.from(floats.map((v, i) => (i === 5 ? NaN : v)).buffer)),
    })
    const scaled = await run(join(folder, 'a.npy'), { split: '100/0/0' })
    expect([scaled.record.variant, (await levels(scaled.folder, 'train'))[1]![63]]).toEqual(['256 grey levels, scaled from [0, 1] to 0…255', 255])
    await expect(run(join(folder, 'b.npy'))).rejects.toThrow(/b\.npy: values from 0 to 1,000; images must hold/)
    await expect(run(join(folder, 'c.csv'))).rejects.toThrow(/c\.csv: values from 0\.2500 to 2 that are not whole/)
    await expect(run(join(folder, 'd.npy'))).rejects.toThrow(/d\.npy: it holds values that are no numbers/)
  })

  it('computes the independent NLL, duplicates and class counts of a case worked by hand', async () => {
    // Two binary dimensions; train 00 01 01 11, valid 01 11.
    const folder = await writeFiles(await temporaryFolder(), { 'x_train.csv': 'a,b,label\n0,0,0\n0,1,1\n0,1,1\n1,1,0\n', 'x_valid.csv': 'a,b,label\n0,1,0\n1,1,1\n' })
    const { record } = await run(folder)
    // p(a = 1) = (1 + 1) / (4 + 2), p(b = 1) = (3 + 1) / (4 + 2); valid: −ln(4/6 · 4/6), −ln(2/6 · 4/6).
    const nats = -(Math.log((4 / 6) * (4 / 6)) + Math.log((2 / 6) * (4 / 6))) / 2
    expect(record.counts).toEqual({ train: 4, valid: 2, test: 0 })
    expect(record.statistics.independentNats).toBeCloseTo(nats, 10)
    expect(record.statistics.independentBitsPerDim).toBeCloseTo(nats / 2 / Math.LN2, 10)
    expect(record.statistics.uniformNats).toBeCloseTo(2 * Math.LN2, 10)
    expect([record.statistics.mean, record.statistics.histogram, record.statistics.duplicates]).toEqual([[0.25, 0.75], [4, 4], 1])
    expect(record.statistics.classCounts).toEqual([{ name: '0', count: 2 }, { name: '1', count: 2 }])
  })
})

describe('audio', () => {
  const ramp = (samples: number, step: number) => pcm16(range(samples).map((i) => ((i * step) % 20000) - 10000))

  it('imports clips of different lengths, test split by pattern, the rest held out by recording', async () => {
    const files = Object.fromEntries(range(20).map((i) => [`rec/${i % 10}_ann_${Math.floor(i / 10)}.wav`, wavFile(ramp(100 + i, 37 + i))]))
    const folder = await writeFiles(await temporaryFolder(), { ...files, 'rec/empty.wav': wavFile(Buffer.alloc(0)), 'rec/not.wav': 'RIFF' })
    const { record, folder: stored } = await run(join(folder, 'rec'), { testPattern: '_0\\.wav$', labels: '^(\\d)_', clipSeconds: 0.01 })
    expect(record.domain).toEqual({ kind: 'audio', shape: [80], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law', classes: 10 })
    expect(record.variant).toBe('μ-law 256 levels, 8,000 Hz, clips of at most 0.01 s; validation: 4 examples held out of train (seed 0)')
    expect(record.counts).toEqual({ train: 16, valid: 4, test: 20 })
    expect(record.rejected.map(({ file }) => file)).toEqual(['rec/empty.wav', 'rec/not.wav'])
    const lengths = async (split: 'train' | 'valid' | 'test') => (await levels(stored, split)).map((row) => row.length)
    const test = await lengths('test')
    expect([test[0], test[1], test.reduce((a, b) => a + b)]).toEqual([80, 20, record.dimensions.test])
    // Both clips of a recording lie in the same split.
    expect((await lengths('valid')).filter((length) => length === 80)).toHaveLength(2)
    expect(record.statistics.durations!.total).toBeCloseTo((20 * 100 + 190) / 8000, 6)
  })

  it('brings recordings to one rate: the commonest, or the one asked for', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'a.wav': wavFile(ramp(800, 50)), 'b.wav': wavFile(ramp(800, 60)), 'c.wav': wavFile(ramp(1600, 70), { sampleRate: 16000 }) })
    const common = await run(folder, { split: '100/0/0' })
    expect([common.record.domain.sampleRate, common.record.domain.shape, common.record.variant]).toEqual([8000, [800], 'μ-law 256 levels, 8,000 Hz (resampled)'])
    expect((await run(folder, { split: '100/0/0', sampleRate: 4000 })).record.domain.shape).toEqual([400])
    expect((await planImport([folder])).recognised).toBe('3 WAV recordings, of 2 sample rates, resampled to 8,000 Hz, mono')
  })

  it('cuts one long recording, so that it can be split, and keeps a choice of another length', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'long.wav': wavFile(ramp(8000 * 101, 7)) })
    expect(await planImport([folder])).toMatchObject({ examples: 11, options: { clipSeconds: 10 }, recognised: expect.stringContaining('clips of 10 s, which are split on their own') })
    expect((await run(folder)).record.counts).toEqual({ train: 9, valid: 1, test: 1 })
    expect((await planImport([folder], { clipSeconds: 50.5 })).examples).toBe(2)
  })

  it('keeps every 16-bit sample where 65,536 levels are asked for', async () => {
    const samples = [-32_768, -32_767, -1, 0, 1, 1234, 32_766, 32_767]
    const folder = await writeFiles(await temporaryFolder(), { 'a.wav': wavFile(pcm16(samples)), 'b.wav': wavFile(pcm16([0, 0, 0, 0])) })
    const plan = await planImport([folder], { levels: 65_536 })
    expect(plan.domain).toMatchObject({ levels: 65_536, encoding: 'linear' })
    expect([...plan.preview[0]!.pixels]).toEqual(samples.map((sample) => sample + 32_768))
    const { record, folder: stored } = await run(folder, { levels: 65_536, split: '100/0/0' })
    expect(record).toMatchObject({ variant: '16-bit, 65,536 levels, 8,000 Hz', store: { dtype: 'i16' }, domain: { levels: 65_536, encoding: 'linear' } })
    expect([...(await levels(stored, 'train'))[0]!]).toEqual(samples.map((sample) => sample + 32_768))
    // Counts of 256 equal ranges; the likelihood is that of all levels, smoothed by one.
    expect(record.statistics.histogram).toHaveLength(256)
    expect([record.statistics.histogram[0], record.statistics.histogram[128], record.statistics.histogram[255]]).toEqual([2, 6, 2])
    const expected = (7 * Math.log((12 + 65_536) / 2) + 5 * Math.log((12 + 65_536) / 6)) / 12
    expect(record.statistics.independentNats).toBeCloseTo(expected, 9)
    expect(record.statistics.uniformNats).toBeCloseTo(16 * Math.LN2, 9)
    await expect(run(folder, { levels: 1000 })).rejects.toThrow('Audio has 256 levels (μ-law) or 65,536 (16 bits), not 1,000.')
  })

  it('says what it trimmed, what was no number, and how loud the rest is', async () => {
    const silence = new Array<number>(4000).fill(0)
    const float = Buffer.alloc(4 * 800)
    for (const i of range(800)) float.writeFloatLE(i === 5 ? NaN : 0.5 * Math.sin(i), 4 * i)
    const folder = await writeFiles(await temporaryFolder(), {
      'a.wav': wavFile(Buffer.concat([pcm16(silence), ramp(1600, 50), pcm16(silence)])),
      'b.wav': wavFile(float, { bits: 32, tag: 3 }),
      'silent.wav': wavFile(pcm16(silence)),
    })
    const { record } = await run(folder, { split: '100/0/0', trimSilence: -50 })
    expect(record.rejected).toEqual([{ file: expect.stringMatching(/silent\.wav$/), reason: 'it is silent throughout (below -50 dBFS)' }])
    expect(record.statistics.audio).toMatchObject({ droppedSeconds: 1.5, notNumbers: 1, clippedShare: 0 })
    expect(record.statistics.audio!.peakDb).toBeCloseTo(-6.02, 1)
    expect(record.variant).toContain('silence below -50 dBFS trimmed')
  })
})
