import type { Upsampling } from '../../localFeatures'
import { flagAlso } from './planes'

/** Positions of an example: pixels, or time steps with height 1. Each position holds `groups` channel groups, generated in turn. */
export interface Grid {
  height: number
  width: number
  groups: number
}

/** What a model's blocks are laid out on. */
export interface BlockContext {
  grid: Grid
  /** K */
  levels: number
  /** P, distribution parameters per dimension. */
  parametersPerDimension: number
}

/**
 * What flows between blocks. data: position i sees x_i itself, so nothing may be predicted from it yet;
 * strict: position i sees only earlier positions (and, inside a pixel, each group only earlier groups).
 */
export interface Stream {
  sees: 'data' | 'strict'
  channels: number
  /** Channel group of each channel, 0…groups−1; −1 for a constant channel, which every group may see. */
  groupOf: Int32Array
  /** Channels of the sum that side outputs of earlier blocks flow into; 0 when there is none yet. */
  skipChannels: number
  /**
   * The vertical stack of a gated net, where there is one; the fields above are then the horizontal stack. strict: row r of it sees only the
   * rows above r, hence whole pixels, so that its channels have no groups.
   */
  vertical?: { sees: 'data' | 'strict'; channels: number }
  /** Channels of the image as it came in, kept for blocks that look at earlier pixels themselves; absent without an image input. */
  imageChannels?: number
  /** Numbers of the condition vector h that gates add (one-hot for classes); absent without a condition. */
  conditionSize?: number
  /** Set where the condition is a sequence of such vectors, one for every `hop` steps. */
  conditionFrames?: { hop: number; upsampling: Upsampling }
  /** Channels of a map of features that every position may see (an image of a coarser scale); absent when there is none. */
  contextChannels?: number
}

/** Which (group, row, column) of a stream are needed to compute an output: groups × height × width flags. */
export type PositionSet = Uint8Array
export interface Need {
  main: PositionSet
  skip: PositionSet
  /** Positions (row, column) of the vertical stack: height × width flags. */
  vertical?: PositionSet
  /** Positions of the image input that are read past the blocks between. */
  image?: PositionSet
  /** Positions (row, column) of the context map that gates read: height × width flags. */
  context?: PositionSet
}

export interface BlockReport {
  output: Stream
  /** Free parameters: entries that a mask keeps, and biases. */
  parameters: number
  multiplyAdds: number
  /** Numbers kept for the backward pass, per example. */
  activations: number
  /** How much further this block sees, in positions. */
  reach: { up: number; left: number; right: number }
  /** Why this block lets position i see x_j with j ≥ i; null when it does not. */
  leak: string | null
}

/** The pure half of a block kind: figures, causality type and dependency rule. */
export interface BlockDescription<Block> {
  kind: string
  title: string
  inspect(block: Block, input: Stream, context: BlockContext): BlockReport
  /** The dependency rule, backwards: which positions of the block's input are needed for `need` of its output. */
  trace(block: Block, need: Need, input: Stream, context: BlockContext): Need
}

/** `channels` divided into `groups` contiguous, nearly equal parts. */
export function groupsOfChannels(channels: number, groups: number): Int32Array {
  return Int32Array.from({ length: channels }, (_value, channel) => Math.floor((channel * groups) / channels))
}

export const emptySet = ({ groups, height, width }: Grid): PositionSet => new Uint8Array(groups * height * width)

export const emptyPlane = ({ height, width }: Grid): PositionSet => new Uint8Array(height * width)

export function union(a: PositionSet, b: PositionSet): PositionSet {
  const result = a.slice()
  flagAlso(result, 0, b, 0, result.length)
  return result
}
