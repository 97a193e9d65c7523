import { z } from 'zod'
import type { TrainingConfig, TrainingSettings } from '../../src-main/contract'
import { trainingConfigSchema } from '../../src-main/contract'
import { fieldsOf } from './schemaForm'

export const trainingDefaults = trainingConfigSchema.parse({})
export const trainingFields = fieldsOf(z.toJSONSchema(trainingConfigSchema, { io: 'input' }) as Record<string, unknown>)

/** What the preset sets, and what the user changed; the rest is left to the studio's defaults. */
export function changedTraining(training: TrainingConfig, preset: TrainingSettings): TrainingSettings {
  const entries = Object.entries(training).filter(
    ([name, value]) => name in preset || JSON.stringify(value) !== JSON.stringify(trainingDefaults[name as keyof TrainingConfig]),
  )
  return Object.fromEntries(entries) as TrainingSettings
}
