import { expect, test } from 'vitest'
import { likelihoodByClass } from './perClass'

test('mean and standard error of each class that occurs', () => {
  const rows = likelihoodByClass([10, 1, 14, 12], [2, 0, 2, 2])
  expect(rows[0]).toEqual({ label: 0, examples: 1, nats: 1, standardError: 0 })
  expect(rows[1]).toMatchObject({ label: 2, examples: 3, nats: 12 })
  expect(rows[1]?.standardError).toBeCloseTo(Math.sqrt(8 / 2 / 3), 12)
})
