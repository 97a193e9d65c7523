import { z } from 'zod'
import type { BlockDescription } from './stream'

export const conditionInputSchema = z.strictObject({
  kind: z.literal('condition-input'),
  of: z.enum(['class', 'vector']).default('class').meta({ title: 'Condition', description: 'A class label, or a vector.' }),
  size: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(10)
    .meta({ title: 'Size', description: 'Number of classes, as the data has them, or of the entries of the vector.' }),
})
export type ConditionInputBlock = z.infer<typeof conditionInputSchema>

/** What the model is conditioned on: a class, as a one-hot vector h, or a vector h. It touches no position; the gates after it add V h. */
export const conditionInput: BlockDescription<ConditionInputBlock> = {
  kind: 'condition-input',
  title: 'Condition',
  inspect: ({ size }, input) => ({
    output: { ...input, conditionSize: size },
    parameters: 0,
    multiplyAdds: 0,
    activations: size,
    reach: { up: 0, left: 0, right: 0 },
    leak: null,
  }),
  trace: (_block, need) => need,
}
