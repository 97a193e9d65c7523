import { describe, expect, it } from 'vitest'
import { orderingOf } from '../../src-main/contract/inspect/orderings'
import { differing, edited, orderHeat, orderOf, partialTile, partsOf, pathThrough, pixelsInOrder, surprisePath, withEdits } from './playback'

const tones = [[1, 2, 3], [4, 5, 6]] as const
const grey = { kind: 'image' as const, shape: [2, 3, 1] }
const colour = { kind: 'image' as const, shape: [1, 2, 3] }

describe('order', () => {
  it('counts whole pixels where their channels come together, single values elsewhere', () => {
    expect(orderOf(orderingOf('reverse', colour.shape), colour)).toMatchObject({ together: 3, units: 2 })
    const random = orderOf(orderingOf('random', colour.shape, 3), colour)
    expect(random).toMatchObject({ together: 1, units: 6 })
    random.ordering.forEach((dimension, step) => expect(random.ranks[dimension]).toBe(step))
  })

  it('names each pixel once, when it is begun', () => {
    expect([...pixelsInOrder({ ordering: Int32Array.of(4, 0, 1, 5, 3, 2) }, 3)]).toEqual([1, 0])
    expect(pathThrough(Int32Array.of(0, 5), 3)).toBe('M0.5 0.5L2.5 1.5')
  })

  it('is dark first and bright last', () => {
    const heat = orderHeat(orderOf(orderingOf('reverse', grey.shape), grey), { width: 3, height: 2, channels: 1 }, 0.5)
    expect([...heat.subarray(20, 24)]).toEqual([68, 1, 84, 128])
    expect([...heat.subarray(0, 4)]).toEqual([253, 231, 37, 128])
  })
})

describe('a picture after some steps', () => {
  it('shows what is generated and a checkerboard elsewhere', () => {
    const order = orderOf(orderingOf('column', grey.shape), grey)
    const pixels = partialTile(Uint8Array.of(3, 3, 3, 0, 0, 0), order, 3, { width: 3, height: 2, channels: 1 }, { maximum: 3, tones })
    const first = (pixel: number): number => pixels[pixel * 4]!
    // Columns from the left: (0,0), (1,0), (0,1).
    expect([0, 1, 2, 3, 4, 5].map(first)).toEqual([255, 255, 1, 0, 1, 4])
  })

  it('of colours shows the channels that are there', () => {
    const order = orderOf(orderingOf('raster', colour.shape), colour)
    const shape = { width: 2, height: 1, channels: 3 }
    expect([...partialTile(Uint8Array.of(1, 1, 1, 1, 1, 1), order, 2, shape, { maximum: 1, tones })]).toEqual([255, 255, 0, 255, 4, 5, 6, 255])
  })
})

it('nats before and after a step follow the ordering', () => {
  const order = orderOf(Int32Array.of(2, 0, 1), { kind: 'table', shape: [3] })
  expect(partsOf([1, 10, 100], order, 1)).toEqual({ kept: 100, rest: 11 })
  expect(surprisePath([1, 2, 4], order, 100)).toBe('M0 1V0H0.3333V1ZM0.3333 1V0.75H0.6667V1ZM0.6667 1V0.5H1V1Z')
})

it('edits: one for each dimension, none where it has its own level', () => {
  const levels = Uint8Array.of(1, 2, 3)
  const once = edited([], levels, 1, 0)
  expect(once).toEqual([{ dimension: 1, from: 2, to: 0 }])
  expect(edited(once, levels, 1, 3)).toEqual([{ dimension: 1, from: 2, to: 3 }])
  expect(edited(once, levels, 1, 2)).toEqual([])
  expect([...withEdits(levels, once)]).toEqual([1, 0, 3])
  expect([...levels]).toEqual([1, 2, 3])
})

it('pixels differ when one of their channels does', () => {
  expect([...differing(Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(1, 2, 3, 4, 0, 6), 3)]).toEqual([0, 1])
})
