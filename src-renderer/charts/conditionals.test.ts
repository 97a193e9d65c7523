import { expect, test } from 'vitest'
import type { ExampleConditionals } from '../../src-main/contract'
import { barsPath, conditionalTable, dimensionAt, natsOfChannel, readingOf } from './conditionals'

const bytes = (values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const answer = {
  domain: { kind: 'image', shape: [1, 2, 1], levels: 4, variableLength: false, encoding: 'linear' },
  levels: Uint8Array.of(2, 0),
  masses: bytes([0.5, 0.125, 0.25, 0.125, 1, 0, 0, 0]),
  nats: bytes([-Math.log(0.25), 0]),
} as unknown as ExampleConditionals

test('a conditional is read: probability, rank, entropy in bits', () => {
  const table = conditionalTable(answer)
  const first = readingOf(table, 0)
  expect(first).toMatchObject({ level: 2, rank: 2, mode: 0 })
  expect(first.probability).toBeCloseTo(0.25, 6)
  expect(first.entropyBits).toBeCloseTo(1.75, 6)
  expect([...first.masses]).toEqual([0.5, 0.125, 0.25, 0.125])
  expect(readingOf(table, 1)).toMatchObject({ level: 0, rank: 1, entropyBits: 0, nats: 0 })
})

test('values of the same probability share the better rank', () => {
  const table = conditionalTable({ ...answer, levels: Uint8Array.of(3, 0) })
  expect(readingOf(table, 0).rank).toBe(3)
})

test('a place in the picture is a dimension, its channels side by side', () => {
  expect(dimensionAt({ kind: 'image', shape: [2, 3, 3] }, { x: 1, y: 1, channel: 2 }, 3)).toBe(14)
  expect(dimensionAt({ kind: 'table', shape: [5] }, { x: 2, y: 1, channel: 0 }, 3)).toBe(4)
})

test('bars fill the box to the highest; what is zero is not drawn', () => {
  expect(barsPath([0.5, 0, 0.25, 0], 40, 10, 0.5)).toBe('M0 10v-10h10v10zM20 10v-5h10v5z')
  expect(barsPath([0, 0], 10, 10, 0)).toBe('')
})

test('the map of one channel', () => {
  expect(natsOfChannel([1, 2, 3, 4, 5, 6], [1, 2, 3], 1)).toEqual({ shape: [1, 2, 1], nats: [2, 5] })
  expect(natsOfChannel([1, 2], [2], 0)).toEqual({ shape: [2], nats: [1, 2] })
})
