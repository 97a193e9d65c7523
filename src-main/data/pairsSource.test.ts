import { describe, expect, it } from 'vitest'
import { pairOf } from '../contract/text'
import { drawPair } from './generators/pairs'
import { temporaryFolder, writeFiles } from './testing/folder'
import { levels, run } from './testing/imported'

const tsv = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.join('\t')}\n`).join('')

describe('pairs', () => {
  it('are read from two columns, with an end after each side', async () => {
    const rows = Array.from({ length: 10 }, (_value, index) => ['ab'.repeat(index + 1), `b${'a'.repeat(index)}`])
    const path = await writeFiles(await temporaryFolder(), { 'p.tsv': tsv([['source', 'target'], ...rows]) })
    const { folder, record } = await run(path, { kind: 'text', split: 'last:1/1' })
    expect(record.domain).toEqual({
      kind: 'text', shape: [32], levels: 3, variableLength: false, encoding: 'linear', text: { unit: 'characters', alphabet: ['', 'a', 'b'], source: 21 },
    })
    expect(record.counts).toEqual({ train: 8, valid: 1, test: 1 })
    expect((await levels(folder, 'train')).map((row) => pairOf(row, record.domain))).toEqual(rows.slice(0, 8).map(([source, target]) => ({ source, target })))
    expect((await levels(folder, 'train'))[0]).toEqual([1, 2, ...new Array<number>(19).fill(0), 2, ...new Array<number>(10).fill(0)])
  })

  it('are known for what they are by their words', async () => {
    const path = await writeFiles(await temporaryFolder(), { 'p.tsv': tsv([['ab', 'ba'], ['a', 'a'], ['b', 'b'], ['bb', 'bb']]) })
    expect((await run(path, {})).record.domain.text?.source).toBe(3)
  })

  it('of one source stay in one split', async () => {
    const rows = Array.from({ length: 60 }, (_value, index) => [`s${index % 12}`, `t${index}`])
    const path = await writeFiles(await temporaryFolder(), { 'p.csv': rows.map((row) => `${row.join(',')}\n`).join('') })
    const { folder, record } = await run(path, { kind: 'text' })
    const sources = new Map<string, Set<string>>()
    for (const split of ['train', 'valid', 'test'] as const)
      for (const row of await levels(folder, split)) {
        const { source } = pairOf(row, record.domain)
        sources.set(source, (sources.get(source) ?? new Set()).add(split))
      }
    expect(sources.size).toBe(12)
    expect([...sources.values()].every(({ size }) => size === 1)).toBe(true)
    expect(record.counts.test).toBeGreaterThan(0)
  })

  it('are refused line by line, with the reason', async () => {
    const path = await writeFiles(await temporaryFolder(), { 'p.tsv': `${tsv([['a', 'b'], ['a', 'b', 'c'], ['alone'], ['', 'x'], ['a'.repeat(1100), 'b']])}` })
    await expect(run(path, { kind: 'text' })).resolves.toMatchObject({
      record: {
        rejected: [
          { reason: 'it has 3 columns where a pair has two, the source and the target' },
          { reason: 'it has 1 column where a pair has two, the source and the target' },
          { reason: 'its source is empty' },
          { reason: '1,100 characters; a source or target has at most 1,023' },
        ],
      },
    })
  })
})

it('generated pairs are reversed or sorted, and the same for the same seed', () => {
  const { source, target } = drawPair('reversed', 1, 5)
  expect(source).toMatch(/^[a-j]{5,20}$/)
  expect(target).toBe([...source].reverse().join(''))
  expect(drawPair('sorted', 1, 5)).toEqual({ source, target: [...source].sort().join('') })
  expect(drawPair('sorted', 2, 5).source).not.toBe(source)
})
