import type { Domain } from '../../domain'
import type { BlockList } from '../blocks/blockList'
import type { Block } from '../blocks/blocks'
import { checkBlocks } from '../blocks/checkBlocks'
import { blockContext } from '../blocks/inspectBlocks'
import { reachesAtCentre } from '../blocks/masks'
import type { MaskKind } from '../blocks/masks'
import { groupsOfChannels } from '../blocks/stream'

/** The mask of one kernel of a block, as it lies around the position that it computes. */
export interface MaskPicture {
  /** The kernel's name in the block, as on disk: 'spread.weight'. */
  weight: string
  title: string
  rows: number
  columns: number
  /** [row, column] of the position itself; in the kernel or, for a stack that sees rows above alone, below it. */
  centre: [number, number]
  /**
   * For each pair of channel groups which entries are kept: rows × columns flags. 0 red, 1 green, 2 blue; −1 channels that every group may read:
   * those of a vertical stack, and the channel of ones.
   */
  pairs: { from: number; to: number; kept: Uint8Array }[]
}

/** The longest row of taps that is drawn of a dilated convolution. */
const MOST_TAPS = 4097

/** The masks of the kernels of the block at `index`; none for blocks without a kernel over positions (attention, embeddings). */
export function blockMasks(list: Pick<BlockList, 'layout' | 'blocks'>, index: number, domain: Domain): MaskPicture[] {
  const entry = checkBlocks(list, domain).walked[index]
  if (!entry) return []
  const { groups } = blockContext(list.layout, domain).grid
  const input = distinct(entry.input.groupOf)
  const own = Array.from({ length: groups }, (_value, group) => group)
  /** Groups that `channels` channels are divided into. */
  const of = (channels: number): number[] => distinct(groupsOfChannels(channels, groups))
  return masksOf(entry.block, input, entry.input.vertical ? own : input, of)
}

function masksOf(block: Block, input: number[], stack: number[], of: (channels: number) => number[]): MaskPicture[] {
  switch (block.kind) {
    case 'masked-conv':
      return [square('weight', `Mask ${block.mask}`, block.mask, block.kernel, input, of(block.channels))]
    case 'masked-residual': {
      const narrow = of(block.bottleneck)
      return [
        square('reduce.weight', 'To the bottleneck, mask B', 'B', 1, input, narrow),
        square('spread.weight', 'Mask B', 'B', block.kernel, narrow, narrow),
        square('expand.weight', 'Back from the bottleneck, mask B', 'B', 1, narrow, input),
      ]
    }
    case 'image-head':
      return [square('weight', 'Mask B', 'B', 1, input, input.filter((group) => group >= 0))]
    case 'gated-input': {
      const half = Math.floor(block.kernel / 2)
      const out = of(block.channels)
      return [
        above('vertical.weight', 'Vertical stack, of the image', block.kernel, half - 1 + block.shift, half, input),
        row('horizontal.weight', 'Horizontal stack, mask A', 'A', half, input, out),
      ]
    }
    case 'gated-layer': {
      const half = Math.floor(block.kernel / 2)
      return [
        above('vertical.weight', 'Vertical stack, of itself: its own row holds the rows above', block.kernel, half, half + 1, [-1]),
        row('horizontal.weight', 'Horizontal stack, mask B', 'B', half, input, stack),
      ]
    }
    case 'row-lstm': {
      const half = Math.floor(block.kernel / 2)
      const units = of(block.hidden)
      return [
        row('input.weight', 'Input to state, mask B', 'B', half, input, units),
        picture('state.weight', 'State to state, of the row above', 2, block.kernel, [1, half], units, units, (down) => down === -1),
      ]
    }
    case 'diagonal-bilstm': {
      const units = of(block.hidden)
      const beside = (side: number) => (down: number, across: number) => (down === -1 && across === 0) || (down === 0 && across === side)
      return [
        square('left.input.weight', 'Input to state, mask B', 'B', 1, input, units),
        picture('left.state.weight', 'State to state, from the left', 2, 3, [1, 1], units, units, beside(-1)),
        picture('right.state.weight', 'State to state, from the right, moved down by one row', 2, 3, [1, 1], units, units, beside(1)),
      ]
    }
    case 'spatial-lstm': {
      const units = of(block.hidden)
      return [
        square('input.weight', `Neighbourhood, mask ${block.mask}`, block.mask, block.kernel, input, units),
        picture('state.weight', 'State to state', 2, 2, [1, 1], units, units, (down, across) => (down === -1) !== (across === -1)),
      ]
    }
    case 'gated-residual': {
      const reach = block.dilation * (block.kernel - 1)
      if (reach + 1 > MOST_TAPS) return []
      return [picture('gates.weight', `Taps ${block.dilation} apart`, 1, reach + 1, [0, reach], [0], [0], (_down, across) => -across % block.dilation === 0)]
    }
    case 'causal-residual': {
      const reach = block.dilation * (block.kernel - 1)
      if (reach + 1 > MOST_TAPS) return []
      return names.map((name) => picture(`${name}.weight`, `Taps ${block.dilation} apart`, 1, reach + 1, [0, reach], [0], [0], (_down, across) => -across % block.dilation === 0))
    }
    case 'bytenet-residual': {
      const reach = block.dilation * (block.kernel - 1)
      if (reach + 1 > MOST_TAPS) return []
      return [picture('convolve.weight', `Taps ${block.dilation} apart`, 1, reach + 1, [0, reach], [0], [0], (_down, across) => -across % block.dilation === 0)]
    }
    case 'sequence-embedding':
      return [picture('weight', 'The step before', 1, 2, [0, 1], [0], [0], (_down, across) => across === -block.shift)]
    default:
      return []
  }
}

/** The two convolutions of a causal residual block. */
const names = ['first', 'second'] as const

const distinct = (groups: Int32Array): number[] => [...new Set(groups)].sort((a, b) => a - b)

/** A kernel whose entries at (rows down, columns across) from the position itself are kept for a pair of groups. */
function picture(
  weight: string,
  title: string,
  rows: number,
  columns: number,
  centre: [number, number],
  from: readonly number[],
  to: readonly number[],
  keeps: (down: number, across: number, from: number, to: number) => boolean,
): MaskPicture {
  const pairs = to.flatMap((target) =>
    from.map((source) => ({
      from: source,
      to: target,
      kept: Uint8Array.from({ length: rows * columns }, (_value, cell) =>
        Number(keeps(Math.floor(cell / columns) - centre[0], (cell % columns) - centre[1], source, target)),
      ),
    })),
  )
  return { weight, title, rows, columns, centre, pairs }
}

/** k × k: before the centre everything, at the centre what the mask says, behind it nothing. */
function square(weight: string, title: string, mask: MaskKind, kernel: number, from: readonly number[], to: readonly number[]): MaskPicture {
  const half = Math.floor(kernel / 2)
  return picture(weight, title, kernel, kernel, [half, half], from, to, (down, across, source, target) =>
    down === 0 && across === 0 ? reachesAtCentre(mask, source, target) : down < 0 || (down === 0 && across < 0),
  )
}

/** The pixels to the left, and the centre. */
function row(weight: string, title: string, mask: MaskKind, half: number, from: readonly number[], to: readonly number[]): MaskPicture {
  return picture(weight, title, 1, half + 1, [0, half], from, to, (_down, across, source, target) => across < 0 || reachesAtCentre(mask, source, target))
}

/** `rows` whole rows from `up` above the centre on, for a stack that has no channel groups. */
function above(weight: string, title: string, kernel: number, up: number, rows: number, from: readonly number[]): MaskPicture {
  const half = Math.floor(kernel / 2)
  return picture(weight, title, half + 1, kernel, [half, half], from, [-1], (down) => down >= -up && down < rows - up)
}
