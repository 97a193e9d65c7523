import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8 } from 'fflate'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { importPlanSchema } from '../contract/records/dataset'
import { importData } from './importData'
import { planImport } from './plan'
import { idxFile, npyFile } from './testing/files'
import { temporaryFolder, writeFiles } from './testing/folder'
import { greyPng, range, run } from './testing/imported'

describe('bad input', () => {
  it('says that an empty folder holds nothing, and that a path is missing', async () => {
    const empty = await temporaryFolder()
    await expect(run(empty)).rejects.toThrow(/Nothing to import in .*: it holds no images, WAV files, tables or text/)
    await expect(planImport([join(empty, 'absent')])).rejects.toThrow(/absent does not exist/)
    await writeFile(join(empty, 'a.xyz'), 'hello')
    await expect(run(empty)).rejects.toThrow(/a\.xyz: not a kind of file that can be imported/)
  })

  it('names the option at fault', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'a.png': await greyPng(1, 1, [1]), 'b.png': await greyPng(1, 1, [2]) })
    await expect(run(folder, { split: 'given' })).rejects.toMatchObject({ field: 'split', mend: expect.stringContaining('80/10/10') })
    await expect(run(folder, { split: '0/50/50' })).rejects.toMatchObject({ field: 'split' })
    await expect(run(folder, { testPattern: '[' })).rejects.toMatchObject({ field: 'testPattern' })
    await expect(run(folder, { kind: 'audio' })).rejects.toThrow(/WAV/)
  })

  it('cancels at once and leaves nothing', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'x.npy': npyFile('|u1', false, [30000, 16, 16], Buffer.alloc(30000 * 256, 7)) })
    const controller = new AbortController()
    let reports = 0
    const attempt = run(folder, {}, {
      signal: controller.signal,
      onProgress: () => {
        reports += 1
        controller.abort()
      },
    })
    await expect(attempt).rejects.toThrow(/abort/i)
    expect(controller.signal.aborted && reports).toBe(1)
  })

  it('plans are valid, write nothing and carry a preview', async () => {
    const folder = await writeFiles(await temporaryFolder(), { 'a.png': await greyPng(2, 2, [0, 50, 100, 255]), 'b.png': strToU8('no') })
    const plan = importPlanSchema.parse(await planImport([folder], { binarize: 'threshold' }))
    expect([plan.domain.levels, plan.preview.map(({ pixels }) => [...pixels])]).toEqual([2, [[0, 0, 0, 255]]])
    expect(plan.rejected).toEqual([{ file: expect.stringMatching(/b\.png$/), reason: 'not an image' }])
    expect((await readdir(folder)).sort()).toEqual(['a.png', 'b.png'])
  })

  it('plans count nothing that cannot be imported: truncated .gz files, undecodable images', async () => {
    const values = range(60000).map((i) => (Math.imul(i, 2654435761) >>> 9) & 255)
    const whole = gzipSync(idxFile([600, 10, 10], values))
    const cut = await writeFiles(await temporaryFolder(), { 'train-images-idx3-ubyte.gz': whole.subarray(0, whole.length - 3000), 't10k-images-idx3-ubyte.gz': whole })
    const rejection = /train-images-idx3-ubyte\.gz: the file ends after \d+ of 600 examples: a truncated download/
    await expect(planImport([cut])).rejects.toThrow(rejection)
    await expect(run(cut)).rejects.toThrow(rejection)
    const text = gzipSync(range(3000).map((row) => `${[0, 1, 2, 3].map((column) => (Math.imul(row * 4 + column, 2654435761) >>> 9) & 127).join(' ')}\n`).join(''))
    const tables = await writeFiles(await temporaryFolder(), {
      'a.amat.gz': text, 'b.amat.gz': text.subarray(0, text.length / 2), 'x/c.npy': npyFile('|u1', false, [20, 4], Buffer.alloc(80)), 'y/d.npy': npyFile('|u1', false, [20, 4], Buffer.alloc(70)),
    })
    const amat = await planImport([join(tables, 'a.amat.gz'), join(tables, 'b.amat.gz')])
    expect([amat.files, amat.rejected]).toEqual([1, [{ file: 'b.amat.gz', reason: 'the gzip data end early: a truncated download' }]])
    const npy = await planImport([join(tables, 'x'), join(tables, 'y')])
    expect([npy.examples, npy.rejected]).toEqual([20, [{ file: 'y/d.npy', reason: expect.stringMatching(/17 of 20/) as string }]])

    const large = await sharp(Buffer.from(range(90000).map((i) => (Math.imul(i, 2654435761) >>> 9) & 255)), { raw: { width: 300, height: 300, channels: 1 } }).png().toBuffer()
    const images = await writeFiles(await temporaryFolder(), { 'a.png': large, 'b.png': large, 'cut.png': large.subarray(0, large.length / 2), 'header.png': large.subarray(0, 11), 'no.png': 'no' })
    const plan = await planImport([images])
    expect([plan.examples, plan.rejected.map(({ file, reason }) => [file.slice(file.indexOf('/') + 1), reason])]).toEqual([
      2, [['cut.png', 'the PNG data end early: a truncated file'], ['header.png', 'the PNG data end early: a truncated file'], ['no.png', 'not an image']],
    ])
    // The import finds the same ones, each once.
    const { record } = await run(images, { split: '100/0/0' })
    expect([record.counts.train, record.rejected.map(({ reason }) => reason)]).toEqual([2, plan.rejected.map(({ reason }) => reason)])
  })

  // A file system of 1 MB; needs the right to mount, so it runs in containers and on CI as root.
  it('reports a full disk in one message and leaves nothing', async ({ skip }) => {
    const { execFileSync } = await import('node:child_process')
    const mount = await temporaryFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' })
    } catch {
      skip('no right to mount a small file system')
    }
    try {
      const folder = await writeFiles(await temporaryFolder(), { 'x.npy': npyFile('|u1', false, [9000, 16, 16], Buffer.from(range(9000 * 256).map((i) => (i * 31) % 256))) })
      await expect(importData({ paths: [folder], name: 'X', datasetFolder: join(mount, 'x'), datasetId: 'x' })).rejects.toThrow(/disk that holds .* is full/)
      expect(await readdir(mount)).toEqual([])
    } finally {
      execFileSync('umount', [mount])
    }
    expect(existsSync(mount)).toBe(true)
  })
})
