import { expect, test } from 'vitest'
import { ariaKeys, chordOf, createKeySequencer, keyCaps, keyUseOf } from './keys'
import { catalogue } from './catalogue'

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })

test('a press has one normal form', () => {
  expect(press('k', { ctrlKey: true })).toBe('mod+k')
  expect(press('k', { metaKey: true })).toBe('mod+k')
  expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+z')
  expect(press('Enter', { ctrlKey: true })).toBe('mod+enter')
  expect(press('G')).toBe('g')
  // Shift is how '?' is typed on some keyboards and not on others.
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('?')).toBe('?')
  expect(press('é', { altKey: true })).toBe('alt+é')
})

test('sequences: completed in time, begun anew after a pause or a wrong press', () => {
  const keys = createKeySequencer([
    { id: 'data', keys: ['g d', '1'] },
    { id: 'samples', keys: ['g s'] },
    { id: 'sheet', keys: ['?'] },
  ])
  expect(keys.press('g', 0)).toBe('pending')
  expect(keys.begun).toEqual(['g'])
  expect(keys.press('d', 500)).toBe('data')
  expect(keys.begun).toEqual([])
  expect(keys.press('d', 600)).toBeNull()
  expect(keys.press('1', 700)).toBe('data')
  expect(keys.press('g', 1000)).toBe('pending')
  expect(keys.press('s', 5000)).toBeNull()
  expect(keys.press('g', 6000)).toBe('pending')
  expect(keys.press('g', 6100)).toBe('pending')
  expect(keys.press('s', 6200)).toBe('samples')
  expect(keys.press('g', 7000)).toBe('pending')
  expect(keys.press('?', 7100)).toBe('sheet')
})

test('keys as they are drawn and as they are told to a screen reader', () => {
  expect(keyCaps('mod+shift+z')).toEqual(['meta', 'shift', 'Z'])
  expect(keyCaps('g d')).toEqual(['G', 'D'])
  expect(keyCaps('mod+enter')).toEqual(['meta', 'enter'])
  expect(ariaKeys(['1', 'g d', 'mod+,'])).toBe('1 Control+,')
  expect(ariaKeys(['g d'])).toBeUndefined()
})

test('text fields keep their keys; lists and dialogs keep their letters', () => {
  const element = (tag: string, role: string | null = null, type: string | null = null, editable = false) => ({ tag, role, type, editable })
  expect(keyUseOf([element('INPUT', null, 'text'), element('FORM')])).toBe('text')
  expect(keyUseOf([element('INPUT', null, 'search')])).toBe('text')
  expect(keyUseOf([element('INPUT', null, 'checkbox')])).toBe('none')
  expect(keyUseOf([element('DIV', null, null, true)])).toBe('text')
  expect(keyUseOf([element('BUTTON', 'combobox')])).toBe('letters')
  expect(keyUseOf([element('DIV', 'menuitem'), element('DIV', 'menu')])).toBe('letters')
  expect(keyUseOf([element('BUTTON'), element('DIV', 'dialog')])).toBe('letters')
  expect(keyUseOf([element('A'), element('NAV')])).toBe('none')
})

test('no two actions share a key, and none is the beginning of another', () => {
  const all = catalogue.flatMap(({ keys }) => keys)
  expect(new Set(all).size).toBe(all.length)
  for (const keys of all) for (const other of all) expect(other !== keys && other.startsWith(`${keys} `), `${keys} and ${other}`).toBe(false)
  // Ctrl with C, V, X, A, W, T, N, R, P, F are the browser's and the system's.
  for (const keys of all) expect(keys).not.toMatch(/^mod\+[cvxawtnrpf]$/)
})
