import type { OrderingKind } from '../orderings'
import type { Block } from './blocks'

/** image: blocks work on the pixels of a map; sequence: on one row of time steps, or the dimensions of an example in any order. */
export type BlockLayout = 'image' | 'sequence'

/** What a composable model is built of. */
export interface BlockList {
  layout: BlockLayout
  blocks: readonly Block[]
  /** Sequences of one shape only: the order in which dimensions become steps; the raster's when absent. */
  ordering?: OrderingKind
  orderingSeed?: number
}
