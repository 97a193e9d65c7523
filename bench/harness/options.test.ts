import { expect, test } from 'vitest'
import { parseOptions } from './options'

const names = ['made', 'nade', 'overhead']

test('everything by default, and saved', () => {
  expect(parseOptions([], names)).toEqual({ json: false, only: null, rounds: 7, compile: true, save: true, missing: false, help: false })
})

test('some rows are not saved over all of them', () => {
  const options = parseOptions(['--json', '--only', 'made,nade', '--rounds', '3', '--no-compile'], names)
  expect(options).toEqual({ json: true, only: ['made', 'nade'], rounds: 3, compile: false, save: false, missing: false, help: false })
})

test('some rows are entered among the others when asked', () => {
  expect(parseOptions(['--only', 'made', '--save'], names)).toMatchObject({ only: ['made'], save: true })
})

test('a group stands for its rows, each of them once', () => {
  const groups = { nades: ['nade', 'made'] }
  expect(parseOptions(['--only', 'nades,made', '--save', '--missing'], names, groups)).toMatchObject({ only: ['nade', 'made'], save: true, missing: true })
  expect(() => parseOptions(['--only', 'mades'], names, groups)).toThrow("There is no row 'mades'")
})

test.each([
  [['--only', 'mad'], "There is no row 'mad'"],
  [['--rounds', '0'], '--rounds 0'],
  [['--rounds', 'x'], '--rounds x'],
  [['--fast'], '--fast'],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args, names)).toThrow(message)
})
