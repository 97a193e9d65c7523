import { z } from 'zod'
import type { BlockContext } from './stream'

/** Field of the outputs of sequences, as that of images has it. */
export const mixtureComponents = z
  .number()
  .int()
  .min(1)
  .max(64)
  .optional()
  .meta({ title: 'Components', description: 'Of a discretised mixture of logistics; absent: a Bernoulli where binary, else a softmax over the levels.' })

/** P: numbers of the distribution of each position. */
export const outputsOf = ({ components }: { components?: number | undefined }, { parametersPerDimension }: Pick<BlockContext, 'parametersPerDimension'>): number =>
  components ? 3 * components : parametersPerDimension
