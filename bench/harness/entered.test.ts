import { expect, test } from 'vitest'
import { entered } from './entered'
import type { Report, RowRecord } from './report'

const row = (name: string, oursMs: number): RowRecord => ({
  ...{ name, title: name, oursMs, theirsMs: 10, ratio: oursMs / 10, ratioRange: [0.1, 0.9], rounds: 7, theirs: 'PyTorch', target: null },
  ...{ torchCompile: null, check: null, memory: null, details: {}, date: '2026-01-02T03:04:05.000Z' },
})
const report = (rows: RowRecord[], loadBefore = 0.1, processor = 'One'): Report => ({
  machine: { processor, cores: 2, threads: 2, memoryGigabytes: 8, system: 'Linux', node: '20', tensorflow: '2', device: 'cpu', torch: '2', loadBefore },
  ...{ date: '2026-01-02T03:04:05.000Z', rows, overhead: null, failures: [] },
})

test('rows measured anew replace the old ones, in the order of all rows', () => {
  const whole = entered(report([row('c', 3), row('a', 2)]), report([row('a', 1), row('b', 1)], 4), ['a', 'b', 'c'])
  expect(whole.rows.map(({ name, oursMs }) => [name, oursMs])).toEqual([['a', 2], ['b', 1], ['c', 3]])
  expect(whole.machine.loadBefore).toBe(4)
})

test('figures of another machine are left behind, and rows that are no more', () => {
  expect(entered(report([row('a', 2)]), report([row('b', 1)], 0, 'Another'), ['a', 'b']).rows).toHaveLength(1)
  expect(entered(report([row('a', 2)]), report([row('gone', 1)]), ['a']).rows.map(({ name }) => name)).toEqual(['a'])
})
