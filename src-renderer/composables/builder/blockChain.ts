/**
 * The model in the builder: a chain of blocks, each with a key of its own that stays while the block is moved or edited, so that what is
 * selected stays selected. Pure: every operation answers a new draft.
 */
export type BlockDocument = { kind: string } & Record<string, unknown>

export interface ChainBlock {
  readonly key: number
  readonly block: BlockDocument
}

export interface ChainDraft {
  /** Everything of the configuration but its blocks: layout, ordering … */
  readonly settings: Readonly<Record<string, unknown>>
  readonly chain: readonly ChainBlock[]
  /** Never given twice, so that a block that was removed is not taken for a new one. */
  readonly nextKey: number
}

export type DraftConfig = Record<string, unknown> & { blocks: BlockDocument[] }

export const emptyDraft = (settings: Record<string, unknown> = {}): ChainDraft => ({ settings, chain: [], nextKey: 0 })

/** The document that is inspected, trained, saved and shown as JSON. */
export function configOf({ settings, chain }: ChainDraft): DraftConfig {
  return { ...settings, blocks: chain.map(({ block }) => block) }
}

/** Puts another configuration in place of a draft's; blocks that stay as they are, from either end, keep their keys. */
export function withConfig(draft: ChainDraft, { blocks, ...settings }: DraftConfig): ChainDraft {
  const same = (before: ChainBlock | undefined, block: BlockDocument | undefined): boolean =>
    before !== undefined && block !== undefined && JSON.stringify(before.block) === JSON.stringify(block)
  const { chain } = draft
  let front = 0
  while (same(chain[front], blocks[front])) front++
  let back = 0
  const most = Math.min(chain.length, blocks.length) - front
  while (back < most && same(chain[chain.length - 1 - back], blocks[blocks.length - 1 - back])) back++
  // In between, a block that was edited in its place stays itself.
  const edited = chain.length === blocks.length
  let { nextKey } = draft
  const next = blocks.map((block, index): ChainBlock => {
    const fromEnd = index >= blocks.length - back ? chain[chain.length - blocks.length + index] : undefined
    const old = index < front || edited ? chain[index] : fromEnd
    if (same(old, block)) return old!
    return { key: edited && old?.block.kind === block.kind ? old.key : nextKey++, block }
  })
  const unchanged = next.length === chain.length && next.every((entry, index) => entry === chain[index])
  if (unchanged && JSON.stringify(settings) === JSON.stringify(draft.settings)) return draft
  return { settings, chain: next, nextKey }
}

export const indexOfKey = ({ chain }: ChainDraft, key: number | null): number => chain.findIndex((entry) => entry.key === key)

/** Puts a block before the one at `index`, at the end when there is none. */
export function insertBlock(draft: ChainDraft, index: number, block: BlockDocument): { draft: ChainDraft; key: number } {
  const key = draft.nextKey
  return { draft: { ...draft, chain: draft.chain.toSpliced(clamp(index, draft.chain.length), 0, { key, block }), nextKey: key + 1 }, key }
}

export function removeBlock(draft: ChainDraft, key: number): ChainDraft {
  const index = indexOfKey(draft, key)
  return index < 0 ? draft : { ...draft, chain: draft.chain.toSpliced(index, 1) }
}

/** A copy right behind the block. */
export function duplicateBlock(draft: ChainDraft, key: number): { draft: ChainDraft; key: number } {
  const index = indexOfKey(draft, key)
  const entry = draft.chain[index]
  return entry ? insertBlock(draft, index + 1, structuredClone(entry.block)) : { draft, key }
}

/** Moves a block to where it is the block number `to` (from 0) of the new chain; beyond the ends it stays at the end. */
export function moveBlock(draft: ChainDraft, key: number, to: number): ChainDraft {
  const from = indexOfKey(draft, key)
  const entry = draft.chain[from]
  const target = clamp(to, draft.chain.length - 1)
  if (!entry || target === from) return draft
  return { ...draft, chain: draft.chain.toSpliced(from, 1).toSpliced(target, 0, entry) }
}

/** Sets a field of a block; undefined takes it away. */
export function setBlockField(draft: ChainDraft, key: number, name: string, value: unknown): ChainDraft {
  const index = indexOfKey(draft, key)
  const entry = draft.chain[index]
  if (!entry || JSON.stringify(entry.block[name]) === JSON.stringify(value)) return draft
  const { [name]: _before, ...others } = entry.block
  const block = (value === undefined ? others : { ...entry.block, [name]: value }) as BlockDocument
  return { ...draft, chain: draft.chain.with(index, { key, block }) }
}

export function setSetting(draft: ChainDraft, name: string, value: unknown): ChainDraft {
  if (JSON.stringify(draft.settings[name]) === JSON.stringify(value)) return draft
  return { ...draft, settings: { ...draft.settings, [name]: value } }
}

/** The place between blocks (0 … n) that stands for a drop there → the index that a block which moves from `from` then has. */
export const indexAfterDrop = (from: number, slot: number): number => (slot > from ? slot - 1 : slot)

const clamp = (index: number, most: number): number => Math.min(Math.max(0, index), Math.max(0, most))
