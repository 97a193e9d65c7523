import { z } from 'zod'
import type { Domain } from '../domain'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { orderingKinds, orderingOf } from './orderings'

/** Orderings that an order-agnostic model may be asked for; there are D! of them. */
export const MOST_ORDERINGS = 1024

/** Families of one net for all orderings. */
export const orderAgnosticFamilies: readonly string[] = ['deepnade', 'convnade']

/** Fields of the families that are trained on all orderings at once. */
export const orderAgnosticFields = {
  ordering: z
    .enum(orderingKinds)
    .default('random')
    .meta({
      title: 'Ordering',
      description:
        'The order in which samples are drawn and likelihoods computed. Training does not depend on it: the same weights serve every ordering. ' +
        'An ensemble takes this one first, then random ones.',
    }),
  orderingSeed: orderingFields.orderingSeed,
}

/** The ordering of an ensemble's member: the configured one, then random ones that the configured seed fixes. */
export function memberOrdering(config: Parameters<typeof configuredOrdering>[0], domain: Pick<Domain, 'shape'>, member: number): Int32Array {
  return member === 0 ? configuredOrdering(config, domain) : orderingOf('random', domain.shape, (config.orderingSeed + 104_729 * member) % 2 ** 32)
}
