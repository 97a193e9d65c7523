import { expect, test } from 'vitest'
import { trainingConfigSchema, trainingSettingsSchema } from './records/training'

test('settings that were not chosen stay absent, so that a preset can fill them', () => {
  expect(trainingConfigSchema.partial().parse({})).toHaveProperty('batchSize', 100)
  expect(trainingSettingsSchema.parse({})).toEqual({})
  expect(trainingSettingsSchema.parse({ ema: null, learningRate: 0.01 })).toEqual({ ema: null, learningRate: 0.01 })
})

test('chosen settings are still checked', () => {
  expect(trainingSettingsSchema.safeParse({ batchSize: 0 }).error?.issues[0]?.path).toEqual(['batchSize'])
})
