import { expect, test } from 'vitest'
import { isWanted, parseOptions } from './options'
import { rows } from './rows'

const names = ['dna-nade', 'dna-made', 'mnist', 'mnist-by-class']

test('everything, each for its own minutes, by default', () => {
  expect(parseOptions([], names)).toEqual({ only: null, minutes: null, list: false, data: null, record: null, help: false })
})

test('rows are named in full or by how they begin', () => {
  const { only, minutes } = parseOptions(['--only', 'dna,mnist', '--minutes', '0.2'], names)
  expect([names.filter((name) => isWanted(name, only, names)), minutes]).toEqual([['dna-nade', 'dna-made', 'mnist'], 0.2])
})

test.each([
  [['--only', 'cat'], "There is no row 'cat'"],
  [['--minutes', '0'], '--minutes 0'],
  [['--minutes', 'long'], '--minutes long'],
  [['--quick'], '--quick'],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args, names)).toThrow(message)
})

test('every row has a name of its own', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
})
