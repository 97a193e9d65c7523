import { z } from 'zod'
import type { Domain } from '../domain'
import type { Block } from './blocks/blocks'

/** Fields shared by the families that can be conditioned on a class or a vector. */
export const conditionFields = {
  condition: z
    .enum(['none', 'class', 'vector'])
    .default('none')
    .meta({ title: 'Condition', description: 'What is given beside the example: nothing, its class label, or a vector.' }),
  conditionSize: z
    .number()
    .int()
    .min(0)
    .max(65_536)
    .default(0)
    .meta({ title: 'Vector size', description: 'Entries of the condition vector; unused otherwise.' }),
}
export interface ConditionConfig {
  condition: 'none' | 'class' | 'vector'
  conditionSize: number
}

/** The block that brings the condition in, or none; a condition that the data does not have is an error with the mend. */
export function conditionBlocks({ condition, conditionSize }: ConditionConfig, domain: Pick<Domain, 'classes'>): Block[] {
  if (condition === 'none') return []
  if (condition === 'vector') {
    if (conditionSize < 1) throw new Error("conditionSize: a model with a vector as its condition needs the vector's number of entries, at least 1.")
    return [{ kind: 'condition-input', of: 'vector', size: conditionSize }]
  }
  if (!domain.classes)
    throw new Error(
      "condition: the model is to be conditioned on classes, but this data has no labels. Import it with its labels, or set condition to 'none'.",
    )
  return [{ kind: 'condition-input', of: 'class', size: domain.classes }]
}
