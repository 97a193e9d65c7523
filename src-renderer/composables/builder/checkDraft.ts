import type { Domain } from '../../../src-main/contract'
import { dimensionsOf } from '../../../src-main/contract'
import type { Block, BlockLayout } from '../../../src-main/contract/builder'
import { blockSchema, checkBlocks, composedSchema } from '../../../src-main/contract/builder'
import type { CheckedBlocks } from '../../../src-main/contract/inspect/blocks/checkBlocks'
import { composed } from '../../../src-main/contract/inspect/composed'
import { configIssues } from '../../../src-main/contract/inspect/inspectDocument'
import { refusalOf } from '../../../src-main/contract/inspect/pairs'
import type { DraftConfig } from './blockChain'

export interface BlockFigures {
  /** Output shape without the batch dimension. */
  shape: readonly number[]
  parameters: number
  /** Of one example's forward pass. */
  multiplyAdds: number
  /** How far the model sees up to here: '13 × 7' pixels, '1,023 samples'; empty for blocks before anything is seen. */
  sees: string
}

export interface CheckedDraft {
  /** What keeps it from being built, by field: 'blocks.3.heads'. */
  issues: readonly { field: string; message: string }[]
  /** By index of the block. */
  wrong: ReadonlyMap<number, string>
  leaks: ReadonlyMap<number, string>
  /** Of the blocks up to the first that cannot be built. */
  blocks: readonly BlockFigures[]
  parameters: number
  multiplyAdds: number
}

/** All that can be said of a draft at once, within the window, while the studio looks at the whole. Pure. */
export function checkDraft(config: DraftConfig, domain: Domain): CheckedDraft {
  const layout: BlockLayout = config.layout === 'sequence' ? 'sequence' : 'image'
  const { issues, walked } = checkedBlocks(config, layout, domain)
  const [height = 1, width = 1] = domain.shape
  const grid = layout === 'image' ? { height, width } : { height: 1, width: dimensionsOf(domain) }
  let [up, left, right] = [0, 0, 0]
  const blocks = walked.map(({ report }): BlockFigures => {
    const { reach, output, parameters, multiplyAdds } = report
    up = Math.min(up + reach.up, grid.height - 1)
    left = Math.min(left + reach.left, grid.width - 1)
    right = Math.min(right + reach.right, grid.width - 1)
    const seesNothing = up + left + right === 0
    return {
      shape: layout === 'image' ? [grid.height, grid.width, output.channels] : [grid.width, output.channels],
      parameters,
      multiplyAdds,
      sees: seesNothing ? '' : layout === 'image' ? `${left + 1 + right} × ${up + 1}` : left.toLocaleString('en-US'),
    }
  })
  return {
    issues,
    wrong: new Map(issues.flatMap(({ field, message }) => placed(field, message)).reverse()),
    leaks: new Map(walked.flatMap(({ report }, index) => (report.leak ? [[index, asSentence(report.leak)] as const] : []))),
    blocks,
    parameters: blocks.reduce((sum, block) => sum + block.parameters, 0),
    multiplyAdds: blocks.reduce((sum, block) => sum + block.multiplyAdds, 0),
  }
}

function checkedBlocks(config: DraftConfig, layout: BlockLayout, domain: Domain): CheckedBlocks {
  const refusal = refusalOf(composed, domain)
  if (refusal) return { issues: [{ field: '', message: refusal }], walked: [] }
  const parsed = composedSchema.safeParse(config)
  // An ordering of its own is checked beside the blocks; without one the blocks are all there is, and are gone through once.
  if (parsed.success && parsed.data.ordering === 'raster') return checkBlocks(parsed.data, domain)
  return { issues: configIssues(composed, config, domain), walked: checkBlocks({ layout, blocks: readable(config.blocks) }, domain).walked }
}

/** The blocks up to the first that is none. */
function readable(blocks: readonly unknown[]): Block[] {
  const read: Block[] = []
  for (const block of blocks) {
    const parsed = blockSchema.safeParse(block)
    if (!parsed.success) break
    read.push(parsed.data)
  }
  return read
}

/** What the checks say, as a sentence of its own. */
export function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** 'blocks.3.heads' → the block and what to say of it, with the field's name where it is one of a block. */
function placed(field: string, message: string): [number, string][] {
  const match = /^blocks\.(\d+)(?:\.(.+))?$/.exec(field)
  return match ? [[Number(match[1]), match[2] ? `${match[2]}: ${message}` : asSentence(message)]] : []
}

/** What is wrong with the fields of one block, by the field's name. */
export function fieldIssues({ issues }: Pick<CheckedDraft, 'issues'>, index: number): ReadonlyMap<string, string> {
  const start = `blocks.${index}.`
  return new Map(
    issues.flatMap(({ field, message }) => (field.startsWith(start) ? [[field.slice(start.length).split('.')[0]!, message] as const] : [])),
  )
}

/** The first thing that is wrong with the whole rather than with one block: no output, an ordering that does not go with the layout. */
export function wholeIssue({ issues }: Pick<CheckedDraft, 'issues'>): string | null {
  const issue = issues.find(({ field }) => !/^blocks\.\d/.test(field))
  return issue ? (['', 'blocks'].includes(issue.field) ? asSentence(issue.message) : `${issue.field}: ${issue.message}`) : null
}
