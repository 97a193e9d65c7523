import type { Domain } from '../../domain'
import type { BlockLayout, BlockList } from './blockList'
import type { Block, BlockKind } from './blocks'
import { blockDescriptions, blockSchemas } from './blocks'
import { checkBlocks } from './checkBlocks'
import { MOST_LEVELS } from './limits'
import { layoutsOfKind, refusesKind } from './refusesKind'

/** What a block is for: it brings the data in, brings a condition in, works on the features, or makes the distribution's parameters. */
export type BlockRole = 'input' | 'condition' | 'body' | 'head'

export interface PaletteEntry {
  kind: BlockKind
  title: string
  description: string
  role: BlockRole
  layouts: readonly BlockLayout[]
  /** A block of this kind as it is first put into a list on the given data. */
  defaults: Block
  /** Why this kind does not go with the data; null when it does. */
  why: string | null
}

interface KindNotes {
  role: BlockRole
  description: string
}

/** What the palette says of each kind; null: a block that only structured families use. */
export const blockNotes: { readonly [Kind in BlockKind]: KindNotes | null } = {
  'image-input': {
    role: 'input',
    description: 'The image, its levels scaled to −1…1, with a channel of ones by which padding can be told from content. Each pixel still sees itself.',
  },
  'condition-input': {
    role: 'condition',
    description: 'A class label, a vector, or features that change with time, given beside the example. Gated layers, gated residual blocks and the position embedding after it read it.',
  },
  'masked-conv': {
    role: 'body',
    description: 'A convolution over the pixels above and to the left. Mask A hides the pixel itself and comes first; mask B is for all later layers.',
  },
  'masked-residual': {
    role: 'body',
    description: 'PixelCNN’s block: 1 × 1, a k × k convolution with mask B, 1 × 1, added to its input.',
  },
  'gated-input': {
    role: 'body',
    description: 'First layer of a gated net, mask A: a vertical stack that sees the rows above, and a horizontal one that sees the row itself. No blind spot.',
  },
  'gated-layer': {
    role: 'body',
    description: 'tanh ⊙ σ gates in both stacks; the vertical one feeds the horizontal one, which is residual. Needs a gated input before it.',
  },
  'causal-attention': {
    role: 'body',
    description: 'Each pixel looks at any earlier pixel, weighed by what it asks for: far reach in one block, at the price of weighing all pairs.',
  },
  'row-lstm': {
    role: 'body',
    description: 'Long short-term memory that runs down the image row by row and sees a triangle above each pixel; added to its input.',
  },
  'diagonal-bilstm': {
    role: 'body',
    description: 'Long short-term memory along the diagonals from both upper corners; sees nearly all that is earlier; added to its input.',
  },
  'spatial-lstm': {
    role: 'body',
    description: 'Two-dimensional memory that flows from the left and from above. With mask A it can be the first layer; it replaces its input.',
  },
  'image-head': {
    role: 'head',
    description: 'ReLU and a 1 × 1 convolution to the distribution of each channel: a Bernoulli, a softmax, or a mixture of discretised logistics.',
  },
  'sequence-embedding': {
    role: 'input',
    description: 'A learned vector for the value one step before (of 16-bit audio a linear map of its amplitude), and one for the start: the shift by one is what makes the model causal.',
  },
  'position-embedding': {
    role: 'body',
    description: 'A learned vector for each position, added to the features; brings in the condition, where there is one. Needs examples of one shape.',
  },
  'gated-residual': {
    role: 'body',
    description: 'WaveNet’s block: a causal dilated convolution with tanh ⊙ σ gates, added to its input, and to the sum of skip outputs.',
  },
  'causal-residual': {
    role: 'body',
    description: 'TCN’s block: two causal dilated convolutions with ReLU, added to its input; no gates, no skip output.',
  },
  'bytenet-residual': {
    role: 'body',
    description: 'ByteNet’s block: 1 × 1, a causal dilated convolution, 1 × 1, each after layer norm and ReLU, added to its input.',
  },
  'transformer-block': {
    role: 'body',
    description: 'Attention to this and all earlier steps, then a feed-forward part, each after layer norm and added to its input.',
  },
  'local-transformer': {
    role: 'body',
    description: 'A Transformer block that attends to the last steps alone and is told how far back each lies: for sequences of any length.',
  },
  recurrent: {
    role: 'body',
    description: 'A state carried from step to step: a simple recurrent net, gated recurrent units or long short-term memory. It replaces its input.',
  },
  'sequence-head': {
    role: 'head',
    description: 'ReLU, 1 × 1, ReLU, 1 × 1 on the sum of the skip outputs of gated residual blocks, and on nothing else.',
  },
  'projection-head': {
    role: 'head',
    description: 'Layer norm and a linear map of the features to the distribution of each step.',
  },
  'context-input': null,
}

/** Kinds of which lists can be made, in the order of the palette. */
export const paletteKinds = (Object.keys(blockNotes) as BlockKind[]).filter((kind) => blockNotes[kind] !== null)

/** A block of a kind with the values that suit the data: colours share channels evenly, a class condition has the classes of the data. */
export function defaultBlock(kind: BlockKind, domain: Domain, blocks: readonly Block[] = []): Block {
  const groups = domain.kind === 'image' ? (domain.shape[2] ?? 1) : 1
  const even = (size: number): number => Math.ceil(size / groups) * groups
  const block: Block = blockSchemas[kind].parse({ kind })
  switch (block.kind) {
    case 'masked-conv': {
      const first = !blocks.some(hidesTheData)
      return { ...block, mask: first ? 'A' : 'B', kernel: first ? 7 : 3, channels: even(block.channels), relu: !first }
    }
    case 'spatial-lstm': {
      const first = !blocks.some(hidesTheData)
      return { ...block, mask: first ? 'A' : 'B', kernel: first ? 7 : 1, hidden: even(block.hidden) }
    }
    case 'gated-input':
      return { ...block, channels: even(block.channels) }
    case 'masked-residual':
      return { ...block, bottleneck: even(block.bottleneck) }
    case 'row-lstm':
    case 'diagonal-bilstm':
      return { ...block, hidden: even(block.hidden) }
    case 'condition-input':
      if (domain.classes) return { ...block, size: domain.classes }
      return domain.features ? { ...block, of: 'features', size: domain.features.size, hop: domain.features.hop } : { ...block, of: 'vector' }
    case 'gated-residual': {
      // As its neighbours: the same skip channels, and the next dilation.
      const before = blocks.findLast((candidate) => candidate.kind === 'gated-residual')
      const skips = blocks.some((candidate) => candidate.kind === 'sequence-head')
      if (!before) return { ...block, skip: skips ? block.skip : 0 }
      return { ...block, kernel: before.kernel, skip: before.skip, dilation: before.dilation >= 512 ? 1 : 2 * before.dilation }
    }
    case 'causal-residual': {
      const before = blocks.findLast((candidate) => candidate.kind === 'causal-residual')
      return before ? { ...block, kernel: before.kernel, dilation: before.dilation >= 512 ? 1 : 2 * before.dilation } : block
    }
    case 'bytenet-residual': {
      const before = blocks.findLast((candidate) => candidate.kind === 'bytenet-residual')
      return before ? { ...block, kernel: before.kernel, inside: before.inside, dilation: before.dilation >= 16 ? 1 : 2 * before.dilation } : block
    }
    case 'sequence-embedding':
      return domain.levels > MOST_LEVELS ? { ...block, of: 'amplitudes' } : block
    case 'sequence-head':
    case 'projection-head':
      return domain.levels > MOST_LEVELS ? { ...block, components: 10 } : block
    case 'image-head':
      return domain.levels > 16 ? { ...block, components: 5 } : block
    default:
      return block
  }
}

const hidesTheData = (block: Block): boolean =>
  block.kind === 'gated-input' || ((block.kind === 'masked-conv' || block.kind === 'spatial-lstm') && block.mask === 'A')

/** The kinds of a layout for some data, each with its defaults and, where it cannot be used, the reason. */
export function blockPalette(layout: BlockLayout, domain: Domain, blocks: readonly Block[] = []): PaletteEntry[] {
  return paletteKinds.flatMap((kind) => {
    const [notes, layouts] = [blockNotes[kind], layoutsOfKind[kind]]
    if (!notes || !layouts.includes(layout)) return []
    const { title } = blockDescriptions[kind]
    return [{ kind, title, ...notes, layouts, defaults: defaultBlock(kind, domain, blocks), why: refusesKind(kind, domain) }]
  })
}

/**
 * Why a block cannot stand at a place of a list (so many blocks come before it): what would be wrong, or leak, that does not already; null when
 * it may.
 */
export function whyNotAt(list: Pick<BlockList, 'layout' | 'blocks'>, place: number, block: Block, domain: Domain): string | null {
  const faults = (blocks: readonly Block[]): string[] => {
    const { issues, walked } = checkBlocks({ layout: list.layout, blocks }, domain)
    return [...issues.map(({ message }) => message), ...walked.flatMap(({ report }) => report.leak ?? [])]
  }
  const known = faults(list.blocks)
  return faults([...list.blocks.slice(0, place), block, ...list.blocks.slice(place)]).find((fault) => !known.includes(fault)) ?? null
}
