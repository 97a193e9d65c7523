import { describe, expect, it } from 'vitest'
import { fieldCells, fieldOfMap, placeAt, stateOf, stateOfPlace } from './fieldCells'

const image = { height: 2, width: 3, channels: 1, place: { row: 1, column: 1, channel: 0 }, cells: Uint8Array.from([1, 2, 1, 1, 0, 0]) }
const sequence = { height: 1, width: 80, channels: 1, place: { row: 0, column: 40, channel: 0 } }

describe('a field of view as it is drawn', () => {
  it('keeps the shape of an image', () => {
    expect(fieldCells(image)).toEqual({ rows: 2, columns: 3, channels: 1, empty: 0, own: 4 })
    expect([0, 1, 4].map((cell) => stateOfPlace(image, cell))).toEqual(['seen', 'blind', 'later'])
    expect(placeAt(image, 1, 2)).toEqual({ row: 1, column: 2 })
    expect(placeAt(image, 9, -1)).toEqual({ row: 1, column: 0 })
  })

  it('lays a sequence out in reading order', () => {
    expect(fieldCells(sequence)).toEqual({ rows: 3, columns: 36, channels: 1, empty: 28, own: 40 })
    expect(placeAt(sequence, 1, 4)).toEqual({ row: 0, column: 40 })
    expect(placeAt(sequence, 2, 30)).toBeNull()
  })

  it('says the most telling of the colours of a place', () => {
    const colours = { channels: 3, cells: Uint8Array.from([1, 2, 0, 0, 0, 0, 1, 3, 0]) }
    expect([0, 1, 2].map((cell) => stateOfPlace(colours, cell))).toEqual(['seen', 'later', 'leak'])
    expect([0, 1, 2].map((channel) => stateOf(colours, 0, channel))).toEqual(['seen', 'blind', 'later'])
  })
})

it('the map of an inspection is a field of whole pixels', () => {
  const cells = Uint8Array.from([2, 1, 1, 0, 0, 0])
  const field = fieldOfMap({ height: 2, width: 3, cells, pixel: [1, 0] })
  expect(field).toMatchObject({ place: { row: 1, column: 0 }, blind: 1, leaking: 0 })
  expect(Array.from(cells, (_value, index) => stateOfPlace(field, index))).toEqual(['blind', 'seen', 'seen', 'later', 'later', 'later'])
})
