import { z } from 'zod'
import { upsamplings } from '../../localFeatures'
import type { BlockDescription } from './stream'

export const conditionInputSchema = z.strictObject({
  kind: z.literal('condition-input'),
  of: z
    .enum(['class', 'vector', 'features'])
    .default('class')
    .meta({ title: 'Condition', description: 'A class label, a vector, or the features beside each recording, which change with time.' }),
  size: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(10)
    .meta({ title: 'Size', description: 'Number of classes, as the data has them, or of the entries of the vector, or of the features.' }),
  hop: z
    .number()
    .int()
    .min(1)
    .max(1_048_576)
    .optional()
    .meta({ title: 'Samples of a frame', description: 'Features only: how many samples one frame stands for, as the data has them.' }),
  upsampling: z
    .enum(upsamplings)
    .optional()
    .meta({ title: 'Upsampling', description: 'Features only: each frame repeated, or interpolated linearly towards the next one.' }),
})
export type ConditionInputBlock = z.infer<typeof conditionInputSchema>

/**
 * What the model is conditioned on: a class, as a one-hot vector h, a vector h, or a sequence of features h that is brought to the rate of the
 * samples. It touches no position; the gates after it add V h.
 */
export const conditionInput: BlockDescription<ConditionInputBlock> = {
  kind: 'condition-input',
  title: 'Condition',
  inspect({ of, size, hop, upsampling = 'repeat' }, input) {
    if (of === 'features' && hop === undefined) throw new Error('Features need the number of samples that a frame stands for. Set hop.')
    const frames = of === 'features' && hop !== undefined ? { conditionFrames: { hop, upsampling } } : {}
    return {
      output: { ...input, conditionSize: size, ...frames },
      parameters: 0,
      multiplyAdds: 0,
      activations: size,
      reach: { up: 0, left: 0, right: 0 },
      leak: null,
    }
  },
  trace: (_block, need) => need,
}
