import { expect, test } from 'vitest'
import { randomStream } from '../tensor/random'
import { createNearestSearch } from './neighbours'

test('finds what a search through all pairs finds, however the examples come', () => {
  const [examples, queries, dimensions, count] = [200, 7, 150, 4]
  const stream = randomStream(3, 'neighbours')
  const levels = Uint8Array.from({ length: examples * dimensions }, () => stream.integer(5))
  const asked = Uint8Array.from({ length: queries * dimensions }, () => stream.integer(5))
  const search = createNearestSearch(asked, dimensions, count)
  for (const [from, to] of [[0, 30], [30, 31], [31, 200]] as const) search.add(levels.subarray(from * dimensions, to * dimensions), to - from, from)
  const distance = (query: number, example: number): number =>
    Math.hypot(...Array.from({ length: dimensions }, (_value, d) => asked[query * dimensions + d]! - levels[example * dimensions + d]!))
  search.finish().forEach((found, query) => {
    const all = Array.from({ length: examples }, (_value, index) => ({ index, distance: distance(query, index) })).sort((a, b) => a.distance - b.distance || a.index - b.index)
    expect(found.map(({ index }) => index)).toEqual(all.slice(0, count).map(({ index }) => index))
    found.forEach((neighbour, rank) => expect(neighbour.distance).toBeCloseTo(all[rank]!.distance, 6))
  })
})

test('fewer examples than asked for are all there are', () => {
  const search = createNearestSearch([0, 0], 2, 5)
  search.add([3, 4, 0, 1], 2, 10)
  expect(search.finish()).toEqual([[{ index: 11, distance: 1 }, { index: 10, distance: 5 }]])
  expect(() => createNearestSearch([1, 2, 3], 2, 1)).toThrow('3 levels are no whole number of examples of 2 dimensions')
})
