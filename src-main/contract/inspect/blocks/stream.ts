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
}

/** Which (group, row, column) of a stream are needed to compute an output: groups × height × width flags. */
export type PositionSet = Uint8Array
export interface Need {
  main: PositionSet
  skip: PositionSet
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

export function union(a: PositionSet, b: PositionSet): PositionSet {
  return a.map((flag, index) => flag | b[index]!)
}
