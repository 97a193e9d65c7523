import { expect, it } from 'vitest'
import { ensembleMembers } from './ensemble'

it('offers an ensemble only where a model has orderings of its own', () => {
  expect(ensembleMembers({ config: { masks: 8, orderAgnostic: true } })).toBe(8)
  expect(ensembleMembers({ config: { masks: 8, orderAgnostic: false } })).toBeNull()
  expect(ensembleMembers({ config: { masks: 1, orderAgnostic: true } })).toBeNull()
  expect(ensembleMembers({ config: { hidden: [500] } })).toBeNull()
})
