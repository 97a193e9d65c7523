import type { Domain } from '../domain'
import type { ModelDocument } from '../records/model'
import type { OrderingKind } from './orderings'
import { orderingOf } from './orderings'
import { familyDescription } from './registry'

/**
 * The order in which the model of a document generates the dimensions of an example: result[step] = dimension. The same as `Model.ordering`;
 * in time, 0, 1, … for series. Of several members, that of the first. Throws a message for people when there is no such family.
 */
export function generationOrdering({ family, config }: ModelDocument, domain: Domain): Int32Array {
  const description = familyDescription(family)
  const parsed = description.schema.parse(config)
  const own = description.ordering?.(parsed, domain)
  if (own) return own
  const { ordering = 'raster', orderingSeed = 0 } = parsed as { ordering?: OrderingKind; orderingSeed?: number }
  return orderingOf(ordering, domain.shape, orderingSeed)
}

/** How a model's steps are grouped for looking: by pixels where the channels of each are generated one after the other. */
export function stepsTogether(ordering: Int32Array, domain: Pick<Domain, 'kind' | 'shape'>): number {
  const channels = domain.kind === 'image' ? (domain.shape[2] ?? 1) : 1
  const together = ordering.every((dimension, step) => Math.floor(dimension / channels) === Math.floor(ordering[step - (step % channels)]! / channels))
  return together ? channels : 1
}
