import type { Domain } from '../../domain'
import { isSeries } from '../../domain'
import type { Block } from './blocks'

/** Values of a series before a window, in which the state of a recurrent layer grows before anything counts. */
const RECURRENT_CONTEXT = 128

/**
 * How far before a window of a series training begins to read, where conditionals see the whole past: backpropagation through time, truncated.
 * null: the conditionals' own reach, or examples of one shape. Scores always see the whole past.
 */
export const trainingContextOf = (blocks: readonly Block[], domain: Pick<Domain, 'kind' | 'variableLength'>): number | null =>
  isSeries(domain) && blocks.some(({ kind }) => kind === 'recurrent') ? RECURRENT_CONTEXT : null
