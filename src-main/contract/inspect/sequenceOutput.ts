import { z } from 'zod'
import type { Domain } from '../domain'
import { MOST_LEVELS } from './blocks/limits'
import type { ConfigMisfit } from './family'
import { count } from './figures'

/** Fields of the families of sequences that leave the form of p(x_t | x_<t) open. */
export const outputFields = {
  output: z.enum(['softmax', 'mixture']).default('softmax').meta({
    title: 'Output',
    description: `Softmax: a probability for each level, of which there may be ${count(MOST_LEVELS)}. Mixture: the masses of a mixture of logistics, for any number of graded levels such as those of 16-bit audio. Both are exact.`,
  }),
  components: z.number().int().min(1).max(64).default(10).meta({ title: 'Components', description: 'Logistics of a mixture output; a softmax has none.' }),
}
export interface OutputConfig {
  output: 'softmax' | 'mixture'
  components: number
}

/** What a preset takes: a mixture where there are too many levels for a softmax. */
export const usualOutput = ({ levels }: Pick<Domain, 'levels'>): OutputConfig => ({ output: levels > MOST_LEVELS ? 'mixture' : 'softmax', components: 10 })

/** Of the block that reads the value before: a vector for each level, or, of very many, features of its amplitude. */
export const inputFor = ({ levels }: Pick<Domain, 'levels'>): { of?: 'amplitudes' } => (levels > MOST_LEVELS ? { of: 'amplitudes' } : {})

/** Of the block that gives the distribution. */
export const headFor = ({ output, components }: Partial<OutputConfig>): { components?: number } =>
  output === 'mixture' ? { components: components ?? 10 } : {}

/** An output that this data cannot have. */
export function outputMisfit({ output }: Partial<OutputConfig>, { kind, levels }: Pick<Domain, 'kind' | 'levels'>): ConfigMisfit | null {
  if (output === 'mixture') {
    if (kind === 'text') return { field: 'output', message: "a mixture of logistics is for graded values, but characters have no order. Set it to 'softmax'." }
    if (levels === 2) return { field: 'output', message: "a mixture of logistics is for graded values, but this data is binary. Set it to 'softmax'." }
    return null
  }
  if (levels <= MOST_LEVELS) return null
  const mend = kind === 'audio' ? ', or import the audio through μ-law (256 levels)' : ', or import the data with fewer levels'
  return { field: 'output', message: `a softmax has at most ${count(MOST_LEVELS)} levels, but this data has ${count(levels)}. Set it to 'mixture'${mend}.` }
}
