import { expect, it } from 'vitest'
import { ensembleMembers } from './ensemble'

it('offers an ensemble only where a model has orderings of its own', () => {
  const made = (config: Record<string, unknown>): number | null => ensembleMembers({ family: 'made', config })
  expect(made({ masks: 8, orderAgnostic: true })).toBe(8)
  expect(made({ masks: 8, orderAgnostic: false })).toBeNull()
  expect(made({ masks: 1, orderAgnostic: true })).toBeNull()
  expect(made({ hidden: [500] })).toBeNull()
  expect(ensembleMembers({ family: 'deepnade', config: { hidden: [500] } })).toBe(1024)
  expect(ensembleMembers({ family: 'convnade', config: {} })).toBe(1024)
  expect(ensembleMembers({ family: 'nade', config: {} })).toBeNull()
})
