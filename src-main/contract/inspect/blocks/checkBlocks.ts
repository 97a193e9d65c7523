import type { Domain } from '../../domain'
import type { ConfigMisfit } from '../family'
import { describeDomain } from '../figures'
import type { BlockList } from './blockList'
import type { Block } from './blocks'
import type { ConditionInputBlock } from './conditionInput'
import { blockDescriptions } from './blocks'
import type { BlockInSequence } from './inspectBlocks'
import { blockContext, walkBlock, startStream } from './inspectBlocks'
import { layoutsOfKind, refusesBlock } from './refusesKind'

const inputKinds: ReadonlySet<string> = new Set(['image-input', 'sequence-embedding'])
const headKinds: ReadonlySet<string> = new Set(['image-head', 'sequence-head', 'projection-head'])
/** Blocks that read the condition. */
const conditioned: ReadonlySet<string> = new Set(['gated-input', 'gated-layer', 'position-embedding', 'gated-residual'])

export const isInput = (block: Block): boolean => inputKinds.has(block.kind)
export const isHead = (block: Block): boolean => headKinds.has(block.kind)

const named = ({ kind }: Block): string => `${blockDescriptions[kind].title} (${kind})`
const at = (index: number, field?: string): string => `blocks.${index}${field ? `.${field}` : ''}`

export interface CheckedBlocks {
  /** Everything that keeps the list from being built, each with the field ('blocks.3.heads') and the mend; empty when all is well. */
  issues: ConfigMisfit[]
  /** The blocks up to the first that cannot be built, with what flows into each. */
  walked: BlockInSequence[]
}

/** Whether a list of blocks makes a model of this data. Leaks are no misfits: a leaking list can be looked at, but is not trained. */
export function checkBlocks(list: Pick<BlockList, 'layout' | 'blocks'>, domain: Domain): CheckedBlocks {
  const { layout, blocks } = list
  if (layout === 'image' && domain.kind !== 'image') {
    const message = `its blocks work on the pixels of images, but this is ${describeDomain(domain)}. Set it to 'sequence', and use blocks for sequences.`
    return { issues: [{ field: 'layout', message }], walked: [] }
  }
  const issues = [...kindIssues(list, domain), ...placeIssues(list), ...conditionIssues(blocks, domain)]
  const context = blockContext(layout, domain)
  const walked: BlockInSequence[] = []
  let input = startStream()
  for (const [index, block] of blocks.entries()) {
    if (!layoutsOfKind[block.kind].includes(layout) || (index === 0 && !isInput(block))) break
    try {
      const entry = walkBlock(block, index, input, context)
      walked.push(entry)
      input = entry.report.output
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (!issues.some(({ field }) => field.startsWith(at(index)))) issues.push({ field: at(index), message })
      break
    }
  }
  if (issues.length === 0) issues.push(...unreadIssues(blocks))
  return { issues, walked }
}

/** Blocks that are strangers to the layout or the data, and values that the data cannot have. */
function kindIssues({ layout, blocks }: Pick<BlockList, 'layout' | 'blocks'>, domain: Domain): ConfigMisfit[] {
  const groups = layout === 'image' ? (domain.shape[2] ?? 1) : 1
  return blocks.flatMap((block, index): ConfigMisfit[] => {
    const layouts = layoutsOfKind[block.kind]
    if (layouts.length === 0) return [{ field: at(index), message: `${named(block)} is only for multi-scale models, which give it a coarser image. Remove it.` }]
    if (!layouts.includes(layout)) {
      const [own] = layouts
      return [{ field: at(index), message: `${named(block)} works on ${own === 'image' ? 'images' : 'sequences'}, but the layout of this list is '${layout}'. Remove it, or choose the layout '${own}'.` }]
    }
    const refusal = refusesBlock(block, domain)
    if (refusal) return [{ field: at(index), message: `${named(block)}: ${refusal}` }]
    if (block.kind === 'image-head' && block.components && domain.levels === 2)
      return [{ field: at(index, 'components'), message: 'a mixture of logistics is for grey levels and colours, but this data is binary. Leave the components out.' }]
    for (const field of ['channels', 'bottleneck', 'hidden'] as const) {
      const size = field in block ? (block as unknown as Record<typeof field, number>)[field] : groups
      if (size < groups)
        return [{ field: at(index, field), message: `each of the ${groups} colours needs channels of its own, so there must be at least ${groups}, not ${size}.` }]
    }
    return []
  })
}

/** One input, first; one output, last. */
function placeIssues({ layout, blocks }: Pick<BlockList, 'layout' | 'blocks'>): ConfigMisfit[] {
  const image = layout === 'image'
  const issues: ConfigMisfit[] = []
  const inputs = indicesOf(blocks, isInput)
  const heads = indicesOf(blocks, isHead)
  if (inputs.length === 0)
    issues.push({ field: 'blocks', message: `the list has no input. Put ${image ? "'image-input'" : "'sequence-embedding'"} first.` })
  else if (inputs[0]! > 0) issues.push({ field: at(inputs[0]!), message: `${named(blocks[inputs[0]!]!)} is the input, and must be the first block. Move it to the start.` })
  for (const index of inputs.slice(1)) issues.push({ field: at(index), message: `${named(blocks[index]!)} is a second input, but a list has one, its first block. Remove this one.` })
  if (heads.length === 0) {
    const mend = image ? "'image-head'" : "'projection-head', or 'sequence-head' after gated residual blocks,"
    issues.push({ field: 'blocks', message: `the list has no output, so it gives no distribution. Put ${mend} last.` })
  }
  for (const index of heads.slice(0, -1)) issues.push({ field: at(index), message: `${named(blocks[index]!)} is a second output, but a list has one, its last block. Remove this one.` })
  const last = heads.at(-1)
  if (last !== undefined && last < blocks.length - 1)
    issues.push({ field: at(last), message: `${named(blocks[last]!)} is the output, and must be the last block. Move it to the end.` })
  return issues
}

function conditionIssues(blocks: readonly Block[], domain: Domain): ConfigMisfit[] {
  const conditions = indicesOf(blocks, ({ kind }) => kind === 'condition-input')
  const issues = conditions.slice(1).map((index) => ({ field: at(index), message: 'a second condition: a list has one. Remove this one.' }))
  const [first] = conditions
  const block = first === undefined ? undefined : blocks[first]
  if (first === undefined || block?.kind !== 'condition-input') return issues
  if (block.of === 'class' && !domain.classes)
    issues.push({ field: at(first, 'of'), message: 'the condition is a class, but this data has no labels. Import it with its labels, or remove this block.' })
  else if (block.of === 'class' && block.size !== domain.classes)
    issues.push({ field: at(first, 'size'), message: `this data has ${domain.classes} classes, not ${block.size}. Set the size to ${domain.classes}.` })
  if (block.of === 'features') issues.push(...featureIssues(block, first, domain))
  if (!blocks.slice(first + 1).some(({ kind }) => conditioned.has(kind)))
    issues.push({
      field: at(first),
      message: 'no block after it reads the condition. Put a gated input or gated layer (images) or a position embedding or gated residual block (sequences) after it, or remove it.',
    })
  return issues
}

/** A sequence of features must be the one that the data has, frame by frame. */
function featureIssues({ size, hop }: ConditionInputBlock, index: number, { features }: Domain): ConfigMisfit[] {
  if (!features) return [{ field: at(index, 'of'), message: 'the condition is a sequence of features, but this data has none. Import it with features, or remove this block.' }]
  const issues: ConfigMisfit[] = []
  if (size !== features.size) issues.push({ field: at(index, 'size'), message: `this data has ${features.size} features in a frame, not ${size}. Set the size to ${features.size}.` })
  if (hop !== features.hop) issues.push({ field: at(index, 'hop'), message: `a frame of this data stands for ${features.hop} samples. Set hop to ${features.hop}.` })
  return issues
}

/** Blocks whose output nobody reads, which would be trained for nothing. */
function unreadIssues(blocks: readonly Block[]): ConfigMisfit[] {
  const gives = (block: Block): boolean => block.kind === 'gated-residual' && block.skip > 0
  if (blocks.at(-1)?.kind === 'sequence-head') {
    const last = blocks.findLastIndex(gives)
    return indicesOf(blocks, (block, index) => index > last && index < blocks.length - 1 && block.kind !== 'condition-input').map((index) => ({
      field: at(index),
      message:
        `nobody reads what ${named(blocks[index]!)} makes: the output 'sequence-head' reads the skip outputs of gated residual blocks alone. ` +
        "Put a gated residual block after it, or end the list with 'projection-head'.",
    }))
  }
  return indicesOf(blocks, gives).map((index) => ({
    field: at(index, 'skip'),
    message: "nobody reads this block's skip output. Set its skip channels to 0, or end the list with 'sequence-head'.",
  }))
}

function indicesOf(blocks: readonly Block[], test: (block: Block, index: number) => boolean): number[] {
  return blocks.flatMap((block, index) => (test(block, index) ? [index] : []))
}
