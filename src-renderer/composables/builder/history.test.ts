import { describe, expect, it } from 'vitest'
import { beginHistory, nextSteps, record, redo, undo } from './history'

const change = (label: string): { label: string } => ({ label })

describe('history', () => {
  it('goes back and forth through several steps', () => {
    let history = beginHistory('a')
    for (const state of ['b', 'c', 'd']) history = record(history, state, change(`to ${state}`))
    expect(nextSteps(history)).toEqual({ undo: 'to d', redo: null })
    history = undo(undo(history))
    expect(history.present).toBe('b')
    expect(nextSteps(history)).toEqual({ undo: 'to b', redo: 'to c' })
    history = redo(history)
    expect(history.present).toBe('c')
    history = redo(history)
    expect(history.present).toBe('d')
    expect(redo(history)).toBe(history)
  })

  it('does nothing beyond its ends', () => {
    const history = beginHistory(1)
    expect(undo(history)).toBe(history)
    expect(redo(history)).toBe(history)
    expect(nextSteps(history)).toEqual({ undo: null, redo: null })
  })

  it('forgets what was undone when something else is done', () => {
    let history = record(record(beginHistory('a'), 'b', change('b')), 'c', change('c'))
    history = record(undo(history), 'x', change('x'))
    expect(redo(history)).toBe(history)
    expect(undo(history).present).toBe('b')
  })

  it('takes what is typed into one field as one step, until a pause or another field', () => {
    let history = beginHistory('')
    const type = (state: string, at: number, merge = 'channels'): void => {
      history = record(history, state, { label: merge, merge, at })
    }
    type('1', 0)
    type('12', 100)
    type('128', 200)
    expect(history.past).toHaveLength(1)
    type('kernel', 300, 'kernel')
    expect(history.past).toHaveLength(2)
    type('kernel later', 9000, 'kernel')
    expect(history.past).toHaveLength(3)
    expect(undo(undo(undo(history))).present).toBe('')
  })

  it('never joins a change with one that was undone in between', () => {
    let history = record(beginHistory('a'), 'b', { label: 'type', merge: 'field', at: 0 })
    history = redo(undo(history))
    history = record(history, 'c', { label: 'type', merge: 'field', at: 1 })
    expect(undo(history).present).toBe('b')
  })

  it('takes the same state for no change', () => {
    const state = { blocks: [] }
    const history = beginHistory(state)
    expect(record(history, state, change('nothing'))).toBe(history)
  })

  it('keeps the latest of very many steps', () => {
    let history = beginHistory(0)
    for (let state = 1; state <= 500; state++) history = record(history, state, change('count'))
    expect(history.past).toHaveLength(200)
    expect(history.past[0]?.state).toBe(300)
  })
})
