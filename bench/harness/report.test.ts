import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { familyDescriptions } from '../../src-main/contract/inspect/registry'
import { withoutRows } from '../rows/families'
import { groups, rows } from '../rows/index'
import { withBenchmark } from './readme'
import { reportSchema } from './report'
import type { Report, RowRecord } from './report'
import { familiesPage, machineLine, markdownTable, notes } from './table'
import { compared } from './trainingRow'

const row: RowRecord = {
  name: 'made',
  date: '2026-01-02T03:04:05.000Z',
  title: 'Training step: MADE',
  oursMs: 5,
  theirsMs: 8,
  ratio: 0.625,
  theirs: 'PyTorch, eager',
  ratioRange: [0.6, 0.7],
  rounds: 7,
  target: 0.8,
  torchCompile: { reason: 'no compiler' },
  check: { what: 'loss', ours: [1], theirs: [1], agrees: true },
  memory: { steps: 2000, tensorsBefore: 3, tensorsAfter: 3, residentMegabytesBefore: 500, residentMegabytesAfter: 510, flat: true },
  details: { compileSeconds: 0.4 },
}
const report: Report = {
  machine: {
    processor: 'a processor',
    cores: 2,
    threads: 2,
    memoryGigabytes: 24,
    system: 'linux',
    node: '20.19.0',
    tensorflow: '2.21.0',
    device: 'cpu',
    torch: '2.15.0',
    loadBefore: 0.1,
  },
  date: '2026-01-02T03:04:05.000Z',
  rows: [row],
  overhead: { eagerAddUs: 8, programCallUs: 40, torchAddUs: 0.9 },
  failures: [{ name: 'nade', error: 'gone' }],
}

test('the report is what it says, and a row without a figure is refused', () => {
  expect(reportSchema.parse(report)).toEqual(report)
  expect(reportSchema.safeParse({ ...report, rows: [{ ...row, oursMs: Number.NaN }] }).success).toBe(false)
  expect(reportSchema.safeParse({ ...report, rows: [{ ...row, ratio: undefined }] }).success).toBe(false)
})

test('the table has one line a row, and the notes say what failed', () => {
  const lines = markdownTable({ rows: [row, { ...row, title: 'Sampling', ratio: 0.005, oursMs: 160, theirsMs: 32_000, target: 0.01, torchCompile: null }] }).split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[2]).toBe('| Training step: MADE | 5.00 ms | 8.00 ms | 0.63 | ≤ 0.80 | failed | PyTorch, eager |')
  expect(lines[3]).toBe('| Sampling | 160 ms | 32.0 s | 1/200 | ≤ 1/100 | – | PyTorch, eager |')
  expect(notes(report).join('\n')).toContain('torch.compile of made failed: no compiler')
  expect(notes(report).join('\n')).toContain('nade could not be measured: gone')
  expect(notes({ ...report, rows: [{ ...row, check: { ...row.check!, agrees: false } }] })[0]).toBe('NOT the same on both sides: made.')
  expect(machineLine(report)).toMatch(/^Measured on 2026-01-02: a processor, 2 threads/)
})

test('the table and the notes say how much faster than naive, and whether it is enough', () => {
  const sampling = (name: string, naiveMs: number, naiveWanted?: number): RowRecord => ({
    ...{ ...row, name, title: `Sampling by ${name}`, oursMs: 200, theirsMs: 400, ratio: 0.5, memory: null, torchCompile: null },
    details: naiveWanted === undefined ? { naiveMs } : { naiveMs, naiveWanted },
  })
  const rows = [sampling('fast', 20_000, 100), sampling('slow', 1_480, 20), sampling('free', 1_000)]
  expect(notes({ ...report, rows }).join('\n')).toContain('fast 100× (100 wanted, reached), slow 7.4× (20 wanted, NOT reached), free 5.0×.')
  const lines = familiesPage({ ...report, rows }).split('\n')
  expect(lines).toContain('| Sampling by fast | 200 ms | 400 ms | 0.50 | 20.0 s | 100× | 100×: reached | PyTorch, eager |')
  expect(lines).toContain('| Sampling by slow | 200 ms | 400 ms | 0.50 | 1480 ms | 7.4× | 20×: NOT reached | PyTorch, eager |')
  expect(lines).toContain('| Sampling by free | 200 ms | 400 ms | 0.50 | 1000 ms | 5.0× | – | PyTorch, eager |')
})

test('the README keeps everything but what lies between the marks', () => {
  const readme = 'before\n<!-- benchmark: written by npm run bench -->\nold\n<!-- /benchmark -->\nafter\n'
  const written = withBenchmark(readme, report)
  expect(written).toMatch(/^before\n<!--/)
  expect(written).toMatch(/-->\nafter\n$/)
  expect(written).toContain('Training step: MADE')
  expect(written).not.toContain('old')
  expect(withBenchmark(written, report)).toBe(written)
  expect(withBenchmark('no marks', report)).toBe('no marks')
})

test('losses agree within float rounding only', () => {
  expect(compared([500, 499], [500.01, 499.1]).agrees).toBe(true)
  expect(compared([500, 499], [500.2, 499]).agrees).toBe(false)
  expect(compared([500, 499], [500, Number.NaN]).agrees).toBe(false)
  expect(compared([500, 499], [500]).agrees).toBe(false)
})

test('the rows of the command line are there, each once', () => {
  const names = rows.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of ['made', 'nade', 'pixelcnn', 'gated', 'wavenet', 'lstm', 'sampling-nade', 'sampling-pixelcnn']) expect(names).toContain(name)
})

test('every family has rows, or a reason to have none', () => {
  const names = rows.map(({ name }) => name)
  for (const { id } of familyDescriptions) {
    const measured = names.some((name) => [`sampling-${id}-1`, `sampling-${id}-128-1`, `sampling-${id}`].includes(name))
    expect([id, measured]).toEqual([id, !(id in withoutRows)])
  }
  for (const name of [...groups.families, ...groups.samplers]) expect(names).toContain(name)
})

const saved = join(import.meta.dirname, '..', 'results', 'latest.json')
test.skipIf(!existsSync(saved))('the saved results are a report', () => {
  expect(reportSchema.safeParse(JSON.parse(readFileSync(saved, 'utf8'))).error).toBeUndefined()
})
