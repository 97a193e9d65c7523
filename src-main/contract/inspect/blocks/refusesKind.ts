import type { Domain } from '../../domain'
import { dimensionsOf, isSeries } from '../../domain'
import { count, describeDomain } from '../figures'
import type { BlockLayout } from './blockList'
import type { Block, BlockKind } from './blocks'
import { MOST_ATTENDED_DIMENSIONS, MOST_ATTENDED_PIXELS, MOST_LEVELS, MOST_MAP_STEPS, MOST_RECURRENT_STEPS } from './limits'

/** Where kinds may be used; empty: only inside structured families. */
export const layoutsOfKind: { readonly [Kind in BlockKind]: readonly BlockLayout[] } = {
  'image-input': ['image'],
  'condition-input': ['image', 'sequence'],
  'masked-conv': ['image'],
  'masked-residual': ['image'],
  'gated-input': ['image'],
  'gated-layer': ['image'],
  'causal-attention': ['image'],
  'row-lstm': ['image'],
  'diagonal-bilstm': ['image'],
  'spatial-lstm': ['image'],
  'image-head': ['image'],
  'sequence-embedding': ['sequence'],
  'position-embedding': ['sequence'],
  'gated-residual': ['sequence'],
  'causal-residual': ['sequence'],
  'bytenet-residual': ['sequence'],
  'transformer-block': ['sequence'],
  'local-transformer': ['sequence'],
  recurrent: ['sequence'],
  'sequence-head': ['sequence'],
  'projection-head': ['sequence'],
  'context-input': [],
}

/** Why no list for this data can hold a block of the kind, with the mend; null when one can. */
export function refusesKind(kind: BlockKind, domain: Domain): string | null {
  const [height = 1, width = 1] = domain.shape
  const what = describeDomain(domain)
  if (layoutsOfKind[kind].every((layout) => layout === 'image') && domain.kind !== 'image') return `It works on the pixels of images, but this is ${what}. Remove it.`
  switch (kind) {
    case 'position-embedding':
    case 'transformer-block':
      if (isSeries(domain)) return `It needs examples of one shape, but this is ${what}. Use gated residual blocks, local Transformer blocks or a recurrent layer.`
      if (kind === 'position-embedding' || dimensionsOf(domain) <= MOST_ATTENDED_DIMENSIONS) return null
      return `It weighs every pair of dimensions, which is sensible up to ${count(MOST_ATTENDED_DIMENSIONS)}, but there are ${count(dimensionsOf(domain))}. Import the data smaller.`
    case 'causal-attention':
      if (height * width <= MOST_ATTENDED_PIXELS) return null
      return `It weighs every pair of pixels, which is sensible up to ${count(MOST_ATTENDED_PIXELS)} pixels, but these are ${what}. Import them smaller.`
    case 'row-lstm':
      return manySteps(height, what)
    case 'diagonal-bilstm':
    case 'spatial-lstm':
      return manySteps(height + width - 1, what)
    default:
      return null
  }
}

/** The same of one block, whose values may matter too. */
export function refusesBlock(block: Block, domain: Domain): string | null {
  const refusal = refusesKind(block.kind, domain)
  if (refusal) return refusal
  const levels = `at most ${count(MOST_LEVELS)} levels, but this data has ${count(domain.levels)}`
  if (block.kind === 'sequence-embedding' && block.of !== 'amplitudes' && domain.levels > MOST_LEVELS)
    return `It has a vector for each of ${levels}. Let it read amplitudes (of: 'amplitudes'), or import the data with fewer levels.`
  if (block.kind === 'sequence-embedding' && block.of === 'amplitudes' && domain.kind === 'text') return "Characters have no amplitude. Let it read levels (of: 'levels')."
  if (block.kind === 'sequence-head' || block.kind === 'projection-head') {
    if (!block.components && domain.levels > MOST_LEVELS)
      return `It has a probability for each of ${levels}. Give it the components of a mixture, or import the data with fewer levels.`
    if (block.components && (domain.kind === 'text' || domain.levels === 2))
      return `A mixture of logistics is for graded values, but this is ${describeDomain(domain)}. Leave its components out.`
  }
  if (block.kind !== 'recurrent') return null
  const most = MOST_RECURRENT_STEPS[block.cell]
  const steps = dimensionsOf(domain)
  if (steps <= most) return null
  const other = block.cell !== 'lstm' && steps <= MOST_RECURRENT_STEPS.lstm ? "Choose the cell 'lstm'" : 'Use gated residual blocks'
  return `It takes at most ${count(most)} steps one after the other, but examples here have up to ${count(steps)}. ${other}, or import the data smaller.`
}

function manySteps(steps: number, what: string): string | null {
  if (steps <= MOST_MAP_STEPS) return null
  return `It takes at most ${count(MOST_MAP_STEPS)} steps one after the other, but ${what} need ${count(steps)}. Import them smaller, or use gated layers.`
}
