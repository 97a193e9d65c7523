import { expect, test } from 'vitest'
import { nextTurn } from './turns'

test('followers take their turns, also while what they follow goes on changing', () => {
  let values = [0, 0, 0]
  const served: number[] = []
  let next = 0
  for (const value of [1, 2, 3, 4, 4, 4]) {
    const place = nextTurn(values, value, next)
    served.push(place)
    if (place >= 0) values = values.map((own, index) => (index === place ? value : own))
    next = place + 1
  }
  expect(served).toEqual([0, 1, 2, 0, 1, 2])
  expect(values).toEqual([4, 4, 4])
  expect(nextTurn(values, 4, 0)).toBe(-1)
  expect(nextTurn([], 1, 0)).toBe(-1)
})
