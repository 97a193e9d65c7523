import { describe, expect, it } from 'vitest'
import { unknownDimensions } from '../../src-main/contract/completionMask'
import { brushed, fitted, maskOf, middle, nudged, rectangleBetween } from './mask'
import type { MaskDraft } from './mask'

const size = { width: 4, height: 3 }
const draft: MaskDraft = { tool: 'top', fraction: 0.5, rectangle: { x: 1, y: 1, width: 2, height: 1 }, strokes: new Uint8Array(12) }
const picture = (bytes: Uint8Array): string[] => [0, 1, 2].map((row) => bytes.subarray(row * 4, row * 4 + 4).join(''))

describe('maskOf', () => {
  const shown = (tool: MaskDraft['tool'], strokes = draft.strokes): string[] =>
    picture(unknownDimensions(maskOf({ ...draft, tool, strokes }), { kind: 'image', shape: [3, 4, 1] }))

  it('asks for the side that is kept, and for its share', () => {
    expect(maskOf({ ...draft, fraction: 0.25 })).toEqual({ kind: 'keep', side: 'top', fraction: 0.25 })
    expect(shown('left')).toEqual(['0011', '0011', '0011'])
    expect(maskOf({ ...draft, tool: 'first' })).toMatchObject({ side: 'first' })
  })

  it('asks for a rectangle or strokes to be filled in', () => {
    expect(shown('rectangle')).toEqual(['0000', '0110', '0000'])
    const strokes = brushed(draft.strokes, [0, 0], [2, 2], { radius: 0.5, value: 1, size })
    expect(shown('brush', strokes)).toEqual(['1000', '0100', '0010'])
    expect(draft.strokes.includes(1)).toBe(false)
  })
})

describe('the rectangle', () => {
  it('spans both pixels, whichever way it is drawn, and stays inside', () => {
    expect(rectangleBetween([2, 2], [1, 0], size)).toEqual({ x: 1, y: 0, width: 2, height: 3 })
    expect(rectangleBetween([-5, 1], [9, 9], size)).toEqual({ x: 0, y: 1, width: 4, height: 2 })
  })

  it('is moved and resized by keys without leaving the image', () => {
    const { rectangle } = draft
    expect(nudged(rectangle, [1, 0], false, size)).toEqual({ ...rectangle, x: 2 })
    expect(nudged({ ...rectangle, x: 2 }, [1, 0], false, size)).toEqual({ ...rectangle, x: 2 })
    expect(nudged(rectangle, [5, 1], true, size)).toEqual({ x: 1, y: 1, width: 3, height: 2 })
    expect(nudged(rectangle, [-5, -5], true, size)).toEqual({ x: 1, y: 1, width: 1, height: 1 })
  })

  it('is the middle of an image that it does not fit', () => {
    expect(fitted(draft.rectangle, size)).toBe(draft.rectangle)
    expect(fitted({ x: 10, y: 0, width: 3, height: 3 }, { width: 8, height: 8 })).toEqual(middle({ width: 8, height: 8 }))
    expect(middle({ width: 8, height: 8 })).toEqual({ x: 2, y: 2, width: 4, height: 4 })
  })
})

it('a wide brush is round, and brings back what it rubbed out', () => {
  const wide = { width: 5, height: 5 }
  const out = brushed(new Uint8Array(25), [2, 2], [2, 2], { radius: 2, value: 1, size: wide })
  expect([0, 1, 2, 3, 4].map((row) => out.subarray(row * 5, row * 5 + 5).join(''))).toEqual(['00100', '01110', '11111', '01110', '00100'])
  expect(brushed(out, [2, 2], [2, 2], { radius: 2, value: 0, size: wide }).includes(1)).toBe(false)
})
