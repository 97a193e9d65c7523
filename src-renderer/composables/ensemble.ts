import type { ModelDocument } from '../../src-main/contract'
import { MOST_ORDERINGS, orderAgnosticFamilies } from '../../src-main/contract'

/**
 * How many members a model has whose mean probability can be scored: orderings of one net for all of them, or the masks of a MADE that was trained
 * with an ordering for each. null: the model is one chain, or mixes its masks already.
 */
export function ensembleMembers({ family, config }: ModelDocument): number | null {
  if (orderAgnosticFamilies.includes(family)) return MOST_ORDERINGS
  const { masks, orderAgnostic } = config
  return orderAgnostic === true && typeof masks === 'number' && masks > 1 ? masks : null
}
