import type { ModelDocument } from '../../src-main/contract'

/**
 * How many members a model has whose mean probability can be scored: the masks of one that was trained with an ordering for each.
 * null: the model is one chain, or mixes its masks already.
 */
export function ensembleMembers({ config }: Pick<ModelDocument, 'config'>): number | null {
  const { masks, orderAgnostic } = config
  return orderAgnostic === true && typeof masks === 'number' && masks > 1 ? masks : null
}
