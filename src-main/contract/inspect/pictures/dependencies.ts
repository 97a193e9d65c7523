import type { Domain } from '../../domain'
import { dimensionsOf } from '../../domain'
import { emptySet } from '../blocks/stream'
import type { PositionSet } from '../blocks/stream'
import type { CptConfig } from '../cpt'
import { cptTables } from '../cpt'
import { madeOrdering } from '../madeDegrees'
import type { MadeConfig } from '../made'
import type { MarkovConfig } from '../markov'
import { markovTables } from '../markov'
import type { MultiscaleConfig } from '../multiscale'
import { tracer } from '../multiscale'
import { configuredOrdering } from '../orderedConfig'
import { isRaster, orderingKinds, orderingOf } from '../orderings'
import type { OrderingKind } from '../orderings'
import type { PixelCnnPlusConfig } from '../pixelcnnpp'
import { plusTracer } from '../pixelcnnpp'
import { familyDescription } from '../registry'
import { multiscaleOrdering } from '../scaleOrdering'
import type { TableNetworkConfig } from '../tableNetwork'
import { networkTables } from '../tableNetwork'
import { madeDependencies } from './madeGraph'

/** What the conditional of one dimension depends on. */
export interface Dependencies {
  /** A flag for each dimension (raster index). */
  seen: Uint8Array
  /** ordering[step] = the dimension generated at that step. */
  ordering: Int32Array
}

/** Families that are no list of blocks, examples of one shape: each by its own structure, or by the pixels that it says it sees. */
export function dependenciesOf(family: string, config: unknown, domain: Domain, dimension: number): Dependencies {
  const ordering = orderingFor(family, config, domain)
  switch (family) {
    case 'made':
      return { seen: madeDependencies(config as MadeConfig, domain, dimension), ordering }
    case 'independent':
      return { seen: new Uint8Array(dimensionsOf(domain)), ordering }
    case 'cpt':
      return { seen: flagged(cptTables(config as CptConfig, domain).parents[dimension]!, domain), ordering }
    case 'markov':
      return { seen: flagged(markovTables(config as MarkovConfig, domain).parents[dimension]!, domain), ordering }
    case 'table-network':
      return { seen: flagged(networkTables(config as TableNetworkConfig, domain).parents[dimension]!, domain), ordering }
    case 'pixelcnnpp':
      return { seen: traced(plusTracer(config as PixelCnnPlusConfig, domain), domain, dimension), ordering }
    case 'multiscale':
      return { seen: traced(tracer(config as MultiscaleConfig, domain), domain, dimension), ordering }
    default:
      return { seen: earlierInField(family, config, domain, dimension, ordering), ordering }
  }
}

function orderingFor(family: string, config: unknown, domain: Domain): Int32Array {
  if (family === 'made') return madeOrdering(config as MadeConfig, domain)
  if (family === 'multiscale') return multiscaleOrdering(domain.shape, (config as MultiscaleConfig).factor)
  const { ordering, orderingSeed = 0 } = config as { ordering?: OrderingKind; orderingSeed?: number }
  return ordering && orderingKinds.includes(ordering) ? configuredOrdering({ ordering, orderingSeed }, domain) : orderingOf('raster', domain.shape)
}

function flagged(dimensions: Int32Array, domain: Domain): Uint8Array {
  const seen = new Uint8Array(dimensionsOf(domain))
  for (const dimension of dimensions) seen[dimension] = 1
  return seen
}

/** Dimensions are pixel by pixel, positions of a trace group by group. */
function traced(trace: (from: PositionSet) => PositionSet, { shape }: Domain, dimension: number): Uint8Array {
  const [height = 1, width = 1, groups = 1] = shape
  const plane = height * width
  const from = emptySet({ height, width, groups })
  from[(dimension % groups) * plane + Math.floor(dimension / groups)] = 1
  const seen = trace(from)
  return Uint8Array.from({ length: plane * groups }, (_value, source) => seen[(source % groups) * plane + Math.floor(source / groups)]!)
}

/** NADE and its kin, the Gaussian: all that is generated before, of the pixels that the family says it sees. */
function earlierInField(family: string, config: unknown, domain: Domain, dimension: number, ordering: Int32Array): Uint8Array {
  const [, width = 1, channels = 1] = domain.kind === 'image' ? domain.shape : [1, dimensionsOf(domain)]
  const own = Math.floor(dimension / channels)
  const { map } = familyDescription(family).inspect(config, domain, { pixel: [Math.floor(own / width), own % width] }).receptiveField
  const seen = new Uint8Array(dimensionsOf(domain))
  for (const earlier of isRaster(ordering) ? ordering.subarray(0, dimension) : ordering.subarray(0, ordering.indexOf(dimension))) {
    const cell = Math.floor(earlier / channels)
    if (!map || cell === own || map.cells[cell] === 1) seen[earlier] = 1
  }
  return seen
}
