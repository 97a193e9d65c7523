import { expect, it } from 'vitest'
import type { CheckpointListing } from '../../src-main/contract'
import { fittedChoices } from './fittedChoices'

const listing = (trainerState: Record<string, unknown>): Pick<CheckpointListing, 'record'> => ({ record: { trainerState } as NonNullable<CheckpointListing['record']> })

it('tells single numbers from series', () => {
  const choices = fittedChoices([{ record: null }, listing({ chosen: { order: 2, 'aic.0': 9, 'aic.10': 4, 'aic.1': 5, words: 'no number' } })])
  expect(choices?.single).toEqual([{ name: 'order', value: 2 }])
  expect(choices?.series.get('aic')?.filter((value) => value !== undefined)).toEqual([9, 5, 4])
  expect(choices?.series.get('aic')).toHaveLength(11)
})

it('has nothing to say of a run that was trained', () => {
  expect(fittedChoices([])).toBeNull()
  expect(fittedChoices([listing({ step: 3 })])).toBeNull()
  expect(fittedChoices([listing({ chosen: {} })])).toBeNull()
})
