import { z } from 'zod'
import type { Domain } from '../domain'
import { orderingKinds, orderingOf } from './orderings'

/** Fields shared by the families that work with any ordering of the dimensions. */
export const orderingFields = {
  ordering: z
    .enum(orderingKinds)
    .default('raster')
    .meta({
      title: 'Ordering',
      description:
        'The order in which dimensions are generated. Raster is row by row, diagonal by anti-diagonals, hilbert along a curve whose steps go to ' +
        'a neighbouring pixel; random is a permutation fixed by its seed.',
    }),
  orderingSeed: z
    .number()
    .int()
    .min(0)
    .max(4294967295)
    .default(0)
    .meta({ title: 'Ordering seed', description: 'Which random ordering; unused by the others.' }),
}

/** The ordering that a configuration with `orderingFields` asks for. */
export function configuredOrdering(
  config: { ordering: (typeof orderingKinds)[number]; orderingSeed: number },
  domain: Pick<Domain, 'shape'>,
): Int32Array {
  return orderingOf(config.ordering, domain.shape, config.orderingSeed)
}
