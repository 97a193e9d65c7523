import { describe, expect, it } from 'vitest'
import { textOf } from '../contract/text'
import { planImport } from './plan'
import { temporaryFolder, writeFiles } from './testing/folder'
import { levels, run } from './testing/imported'

const VERSE = 'the quick brown fox jumps over the lazy dog\n'

async function written(files: Record<string, string | Uint8Array>): Promise<string> {
  return writeFiles(await temporaryFolder(), files)
}

/** The text of a split, all its pieces joined. */
async function text({ folder, record }: Awaited<ReturnType<typeof run>>, split: 'train' | 'valid' | 'test'): Promise<string> {
  return (await levels(folder, split)).map((piece) => textOf(piece, record.domain)).join('')
}

describe('running text', () => {
  it('is recognised, cut into pieces, and split in its own order', async () => {
    const whole = VERSE.repeat(20)
    const set = await run(await written({ 'verse.txt': whole }), { pieceLength: 40 })
    const { record } = set
    expect(record.domain).toMatchObject({ kind: 'text', shape: [40], levels: 28, variableLength: true, text: { unit: 'characters' } })
    expect(record.domain.text?.alphabet?.slice(0, 3)).toEqual(['\n', ' ', 'a'])
    // 880 characters in 22 pieces: the last tenth for the test, the tenth before it for validation.
    expect(record.counts).toEqual({ train: 18, valid: 2, test: 2 })
    expect(record.dimensions).toEqual({ train: 720, valid: 80, test: 80 })
    expect((await text(set, 'train')) + (await text(set, 'valid')) + (await text(set, 'test'))).toBe(whole)
    expect(record.variant).toBe('characters (28 different), pieces of 40; test: the last 2 pieces, validation: the 2 before them')
    expect(record.statistics.uniformNats).toBeCloseTo(Math.log(28), 12)
    expect(record.statistics.independentNats).toBeLessThan(record.statistics.uniformNats)
  })

  it('may be the source of a program', async () => {
    const { record } = await run(await written({ 'lib.d.ts': VERSE.repeat(4), 'tables.py': VERSE.repeat(2) }), { pieceLength: 24 })
    expect(record.domain).toMatchObject({ kind: 'text', levels: 28 })
    expect(record.counts.train + record.counts.valid + record.counts.test).toBe(8 + 4)
  })

  it('may have a piece for each line', async () => {
    const set = await run(await written({ 'a.txt': 'one\ntwo\n\nthree\nfour' }), { pieces: 'lines', split: 'last:1/1' })
    expect((await levels(set.folder, 'train')).map((piece) => textOf(piece, set.record.domain))).toEqual(['one\n', 'two\n', '\n'])
    expect(await text(set, 'valid')).toBe('three\n')
    expect(await text(set, 'test')).toBe('four')
    expect(set.record.domain.shape).toEqual([6])
  })

  it('leaves out a byte order mark and the CR of CRLF, and says so', async () => {
    const path = await written({ 'a.txt': `\ufeff${VERSE.replace('\n', '\r\n').repeat(4)}` })
    const plan = await planImport([path], { pieceLength: 10 })
    expect(plan.recognised).toMatch(/byte order mark left out, line ends CR LF written as LF/)
    expect(plan.domain.levels).toBe(28)
    expect(textOf(plan.preview[0]!.pixels, plan.domain)).toBe('the quick ')
  })

  it('takes bytes where there are too many characters, or they are wanted', async () => {
    const many = Array.from({ length: 300 }, (_value, index) => String.fromCodePoint(0x4e00 + index)).join('')
    const path = await written({ 'a.txt': many })
    const set = await run(path, { pieceLength: 50 })
    expect(set.record.domain).toMatchObject({ levels: 256, text: { unit: 'bytes' } })
    expect(set.record.dimensions.train + set.record.dimensions.valid + set.record.dimensions.test).toBe(900)
    await expect(run(path, { textUnit: 'characters' })).rejects.toMatchObject({ field: 'textUnit', mend: expect.stringContaining('bytes') })
    expect((await run(await written({ 'b.txt': VERSE.repeat(2) }), { textUnit: 'bytes', pieceLength: 8 })).record.domain.levels).toBe(256)
  })

  it('takes the splits of files that name them, and reads other endings when it is told the kind', async () => {
    const path = await written({ 'train.ts': VERSE.repeat(3), 'valid.ts': 'brown fox\n'.repeat(4), 'test.ts': 'lazy dog\n'.repeat(4) })
    const set = await run(path, { kind: 'text', split: 'given', pieceLength: 12 })
    expect(await text(set, 'train')).toBe(VERSE.repeat(3))
    expect(await text(set, 'test')).toBe('lazy dog\n'.repeat(4))
  })

  it('refuses what is no text, each with its mend', async () => {
    const path = await written({
      'a.txt': VERSE.repeat(4), 'empty.txt': '', 'latin.txt': Buffer.from('caf\xe9 au lait', 'latin1'), 'wide.txt': Buffer.from('\ufeffwide', 'utf16le'), 'nul.txt': Buffer.from([65, 0, 66]),
    })
    const { record } = await run(path, { pieceLength: 16 })
    expect(Object.fromEntries(record.rejected.map(({ file, reason }) => [file.split('/').pop(), reason]))).toEqual({
      'empty.txt': 'the file is empty',
      'latin.txt': 'it is not UTF-8 (at or before byte 4); save it as UTF-8, or import it as bytes',
      'nul.txt': 'it is not text: byte 1 is 0; import it as bytes',
      'wide.txt': 'it is UTF-16; save it as UTF-8',
    })
    await expect(run(await written({ 'a.txt': 'short' }))).rejects.toMatchObject({ field: 'pieceLength', message: expect.stringContaining('5 characters, which make 1 piece of 256') })
    await expect(run(await written({ 'a.txt': VERSE }), { pieceLength: 4, split: 'last:20' })).rejects.toMatchObject({ field: 'split' })
  })
})
