import { expect, test } from 'vitest'
import { createEditHistory } from './editHistory'

function field(history: ReturnType<typeof createEditHistory>) {
  let value = 'a'
  const set = (next: string) => async () => void (value = next)
  return {
    get value() {
      return value
    },
    async change(next: string, { key, now }: { key?: string; now?: number } = {}) {
      const before = value
      await set(next)()
      history.record({ label: `to ${next}`, ...(key === undefined ? {} : { key }), undo: set(before), redo: set(next) }, now)
    },
  }
}

test('changes are taken back and made again, in order', async () => {
  const history = createEditHistory()
  const name = field(history)
  expect(await history.undo()).toBeNull()
  await name.change('b')
  await name.change('c')
  expect(await history.undo()).toBe('to c')
  expect(name.value).toBe('b')
  expect(history.next).toEqual({ undo: 'to b', redo: 'to c' })
  expect(await history.redo()).toBe('to c')
  expect(name.value).toBe('c')
  await history.undo()
  await name.change('d')
  expect(await history.redo()).toBeNull()
  await history.undo()
  expect(name.value).toBe('b')
})

test('what is typed on end is one change, until one pauses or has taken it back', async () => {
  const history = createEditHistory()
  const note = field(history)
  await note.change('ab', { key: 'note', now: 0 })
  await note.change('abc', { key: 'note', now: 3_000 })
  await note.change('abcd', { key: 'note', now: 60_000 })
  await history.undo()
  expect(note.value).toBe('abc')
  await history.undo()
  expect(note.value).toBe('a')
  await history.redo()
  await note.change('abcx', { key: 'note', now: 60_500 })
  await history.undo()
  expect(note.value).toBe('abc')
})

test('what cannot be taken back any more is forgotten, with its error', async () => {
  const history = createEditHistory()
  history.record({ label: 'gone', undo: () => Promise.reject(new Error('There is no run')), redo: () => Promise.resolve() })
  await expect(history.undo()).rejects.toThrow('no run')
  expect(history.next).toEqual({ undo: null, redo: null })
  history.record({ label: 'gone', undo: () => Promise.reject(new Error('There is no run')), redo: () => Promise.reject(new Error('is not tried')) })
  const [taken, again] = await Promise.allSettled([history.undo(), history.redo()])
  expect([taken.status, again]).toEqual(['rejected', { status: 'fulfilled', value: null }])
  expect(history.next).toEqual({ undo: null, redo: null })
})

test('keys pressed while a change is still being taken back are not lost', async () => {
  const history = createEditHistory()
  const name = field(history)
  await name.change('b')
  await name.change('c')
  const slow = { label: 'slow', undo: () => new Promise((resolve) => setTimeout(resolve, 5)), redo: () => new Promise((resolve) => setTimeout(resolve, 5)) }
  history.record(slow)
  const first = history.undo()
  expect(history.next).toEqual({ undo: 'to c', redo: 'slow' })
  expect(await Promise.all([first, history.redo(), history.undo(), history.undo()])).toEqual(['slow', 'slow', 'slow', 'to c'])
  expect(name.value).toBe('b')
})
