import { expect, test } from 'vitest'
import type { LogEntry } from '../../src-main/contract'
import { filterLog } from './logFilter'

const entry = (number: number, level: LogEntry['level'], source: LogEntry['source'], text: string): LogEntry => ({ number, level, source, text, at: '2026-01-02T03:04:05.000Z' })
const entries = [
  entry(0, 'info', 'studio', 'Training MADE: begun'),
  entry(1, 'warning', 'engine', 'training: slow disk'),
  entry(2, 'error', 'engine', 'light: out of memory'),
  entry(3, 'error', 'window', 'TypeError in a chart'),
]
const numbers = (filter: Partial<Parameters<typeof filterLog>[1]>): number[] => filterLog(entries, { level: 'info', source: 'all', search: '', ...filter }).map(({ number }) => number)

test('a level shows itself and what is worse, and everything can be combined', () => {
  expect(numbers({})).toEqual([0, 1, 2, 3])
  expect(numbers({ level: 'warning' })).toEqual([1, 2, 3])
  expect(numbers({ level: 'error', source: 'engine' })).toEqual([2])
  expect(numbers({ search: 'made TRAINING' })).toEqual([0])
  expect(numbers({ search: 'training', level: 'warning' })).toEqual([1])
  expect(numbers({ search: 'nowhere' })).toEqual([])
})
