import { z } from 'zod'
import type { Domain } from '../domain'
import { upsamplings } from '../localFeatures'
import type { Block } from './blocks/blocks'
import type { ConditionConfig } from './conditioned'
import { conditionBlocks, conditionFields } from './conditioned'

/** Fields of families that can be conditioned on a sequence of features as well: their condition may change with time. */
export const localConditionFields = {
  ...conditionFields,
  condition: z
    .enum(['none', 'class', 'vector', 'features'])
    .default('none')
    .meta({
      title: 'Condition',
      description:
        'What is given beside the example: nothing, its class label, a vector, or the features that the data set holds beside each recording. The NLL is then that of p(x | features).',
    }),
  upsampling: z
    .enum(upsamplings)
    .default('repeat')
    .meta({
      title: 'Upsampling',
      description: 'How features reach the rate of the samples: each frame repeated, or interpolated linearly, which looks at the next frame. Unused otherwise.',
    }),
}
export interface LocalConditionConfig extends Omit<ConditionConfig, 'condition'> {
  condition: ConditionConfig['condition'] | 'features'
  upsampling: (typeof upsamplings)[number]
}

/** The block that brings the condition in, or none; a condition that the data does not have is an error with the mend. */
export function localConditionBlocks({ condition, conditionSize, upsampling }: LocalConditionConfig, domain: Pick<Domain, 'classes' | 'features'>): Block[] {
  if (condition !== 'features') return conditionBlocks({ condition, conditionSize }, domain)
  if (!domain.features)
    throw new Error(
      'condition: the model is to be conditioned on features, but this data has none beside its recordings. Import it with features ' +
        "(log-mel energies, or .npy files beside the recordings), or set condition to 'none'.",
    )
  const { size, hop } = domain.features
  return [{ kind: 'condition-input', of: 'features', size, hop, upsampling }]
}
