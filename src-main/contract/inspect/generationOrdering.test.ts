import { expect, test } from 'vitest'
import { generationOrdering, stepsTogether } from './generationOrdering'
import { orderingOf } from './orderings'

test('of an unknown family there is no ordering', () => {
  expect(() => generationOrdering({ family: 'nothing', config: {} }, { kind: 'table', shape: [4], levels: 2, variableLength: false, encoding: 'linear' })).toThrow(
    /no model family 'nothing'/,
  )
})

test.each([
  ['raster', [2, 3, 3], 3],
  ['reverse', [2, 3, 3], 3],
  ['random', [2, 3, 3], 1],
  ['hilbert', [2, 3, 3], 3],
  ['random', [4, 4, 1], 1],
] as const)('%s of %o is looked at in steps of %i', (kind, shape, together) => {
  expect(stepsTogether(orderingOf(kind, shape, 1), { kind: 'image', shape: [...shape] })).toBe(together)
})
