import { describe, expect, test } from 'vitest'
import { MaskError, maskWords, unknownDimensions } from './completionMask'

const image = { kind: 'image' as const, shape: [2, 4, 1] }
const colour = { kind: 'image' as const, shape: [2, 2, 3] }
const table = { kind: 'table' as const, shape: [5] }
const rows = (mask: Parameters<typeof unknownDimensions>[0], domain: Parameters<typeof unknownDimensions>[1] = image): string =>
  [...unknownDimensions(mask, domain)].join('')

describe('which dimensions are filled in', () => {
  test.each([
    ['top', 0.5, '00001111'],
    ['bottom', 0.5, '11110000'],
    ['left', 0.25, '01110111'],
    ['right', 0.5, '11001100'],
    ['first', 0.375, '00011111'],
    ['top', 0, '11111111'],
  ] as const)('%s %d is kept', (side, fraction, expected) => expect(rows({ kind: 'keep', side, fraction })).toBe(expected))

  test('a rectangle is rubbed out, in all channels', () => {
    expect(rows({ kind: 'rectangle', x: 1, y: 0, width: 2, height: 1 })).toBe('01100000')
    expect(rows({ kind: 'rectangle', x: 1, y: 1, width: 1, height: 1 }, colour)).toBe('000000000111')
  })

  test('the first part of an image is whole pixels, that of a table columns', () => {
    expect(rows({ kind: 'keep', side: 'first', fraction: 0.3 }, colour)).toBe('000111111111')
    expect(rows({ kind: 'keep', side: 'first', fraction: 0.4 }, table)).toBe('00111')
  })

  test('a mask has a value for each pixel or for each dimension', () => {
    expect(rows({ kind: 'pixels', unknown: Uint8Array.of(0, 255, 0, 1) }, colour)).toBe('000111000111')
    expect(rows({ kind: 'pixels', unknown: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }, colour)).toBe('010000000001')
  })
})

describe('a mask that does not fit', () => {
  test.each([
    [{ kind: 'rectangle', x: 3, y: 0, width: 2, height: 1 }, image, /2×1 pixels at column 3, row 0 reaches beyond the images, which are 4×2/],
    [{ kind: 'keep', side: 'top', fraction: 0.5 }, table, /The top belongs to images, but these examples are rows of a table/],
    [{ kind: 'rectangle', x: 0, y: 0, width: 1, height: 1 }, table, /A rectangle belongs to images/],
    [{ kind: 'pixels', unknown: new Uint8Array(7) }, image, /7 values, but an example has 4×2 pixels/],
    [{ kind: 'pixels', unknown: new Uint8Array(6) }, colour, /6 values, but an example has 2×2 pixels of 3 channels/],
  ] as const)('%o', (mask, domain, message) => {
    expect(() => unknownDimensions(mask, { kind: domain.kind, shape: [...domain.shape] })).toThrow(MaskError)
    expect(() => unknownDimensions(mask, { kind: domain.kind, shape: [...domain.shape] })).toThrow(message)
  })
})

test('in words', () => {
  expect(maskWords({ kind: 'keep', side: 'top', fraction: 0.5 })).toBe('keeping the top half')
  expect(maskWords({ kind: 'keep', side: 'left', fraction: 0.25 })).toBe('keeping the left 25 %')
})

test('the first steps of an ordering stay, channel by channel', () => {
  const rgb = { kind: 'image' as const, shape: [1, 2, 3] }
  const ordering = Int32Array.of(5, 0, 3, 1, 4, 2)
  expect([...unknownDimensions({ kind: 'steps', kept: 2 }, rgb, ordering)]).toEqual([0, 1, 1, 1, 1, 0])
  expect([...unknownDimensions({ kind: 'steps', kept: 0 }, rgb, ordering)]).toEqual([1, 1, 1, 1, 1, 1])
  expect(() => unknownDimensions({ kind: 'steps', kept: 7 }, rgb, ordering)).toThrow(MaskError)
  expect(() => unknownDimensions({ kind: 'steps', kept: 2 }, rgb)).toThrow(/needs the ordering of the model/)
  expect(maskWords({ kind: 'steps', kept: 2 })).toBe('keeping the first 2 dimensions of the ordering')
})
