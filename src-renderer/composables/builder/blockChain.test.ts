import { describe, expect, it } from 'vitest'
import type { ChainDraft } from './blockChain'
import {
  configOf,
  duplicateBlock,
  emptyDraft,
  indexAfterDrop,
  indexOfKey,
  insertBlock,
  moveBlock,
  removeBlock,
  setBlockField,
  setSetting,
  withConfig,
} from './blockChain'

const block = (kind: string, fields: Record<string, unknown> = {}): { kind: string } => ({ kind, ...fields })
const kinds = (draft: ChainDraft): string => draft.chain.map(({ block: { kind } }) => kind).join(' ')
const keys = (draft: ChainDraft): number[] => draft.chain.map(({ key }) => key)
const abc = withConfig(emptyDraft(), { layout: 'image', blocks: [block('a'), block('b', { channels: 8 }), block('c')] })

describe('a chain of blocks', () => {
  it('is the document it was made from', () => {
    expect(configOf(abc)).toEqual({ layout: 'image', blocks: [{ kind: 'a' }, { kind: 'b', channels: 8 }, { kind: 'c' }] })
    expect(new Set(keys(abc)).size).toBe(3)
  })

  it('inserts anywhere, and beyond the ends at the ends', () => {
    expect(kinds(insertBlock(abc, 1, block('x')).draft)).toBe('a x b c')
    expect(kinds(insertBlock(abc, 99, block('x')).draft)).toBe('a b c x')
    expect(kinds(insertBlock(abc, -1, block('x')).draft)).toBe('x a b c')
    const { draft, key } = insertBlock(emptyDraft(), 0, block('x'))
    expect(indexOfKey(draft, key)).toBe(0)
  })

  it('moves a block without changing what it is', () => {
    const [a, b] = keys(abc)
    expect(kinds(moveBlock(abc, a!, 2))).toBe('b c a')
    expect(kinds(moveBlock(abc, a!, 1))).toBe('b a c')
    expect(kinds(moveBlock(abc, b!, 0))).toBe('b a c')
    expect(moveBlock(abc, a!, -5)).toBe(abc)
    expect(kinds(moveBlock(abc, a!, 9))).toBe('b c a')
    expect(keys(moveBlock(abc, a!, 2)).sort()).toEqual(keys(abc).sort())
    expect(moveBlock(abc, 77, 0)).toBe(abc)
  })

  it('drops a block where the line was drawn', () => {
    const [a, , c] = keys(abc)
    for (const [slot, expected] of [[0, 'a b c'], [1, 'a b c'], [2, 'b a c'], [3, 'b c a']] as const) {
      expect(kinds(moveBlock(abc, a!, indexAfterDrop(0, slot)))).toBe(expected)
    }
    for (const [slot, expected] of [[0, 'c a b'], [1, 'a c b'], [2, 'a b c'], [3, 'a b c']] as const) {
      expect(kinds(moveBlock(abc, c!, indexAfterDrop(2, slot)))).toBe(expected)
    }
  })

  it('duplicates right behind, as a block of its own', () => {
    const { draft, key } = duplicateBlock(abc, keys(abc)[1]!)
    expect(kinds(draft)).toBe('a b b c')
    expect(indexOfKey(draft, key)).toBe(2)
    expect(configOf(setBlockField(draft, key, 'channels', 9)).blocks.map(({ channels }) => channels)).toEqual([undefined, 8, 9, undefined])
  })

  it('never gives a key again', () => {
    const removed = removeBlock(abc, keys(abc)[2]!)
    expect(kinds(removed)).toBe('a b')
    expect(keys(abc)).not.toContain(insertBlock(removed, 2, block('x')).key)
  })

  it('sets, changes and takes away fields, and knows when nothing changes', () => {
    const key = keys(abc)[1]!
    expect(setBlockField(abc, key, 'channels', 8)).toBe(abc)
    expect(configOf(setBlockField(abc, key, 'kernel', 3)).blocks[1]).toEqual({ kind: 'b', channels: 8, kernel: 3 })
    expect(configOf(setBlockField(abc, key, 'channels', undefined)).blocks[1]).toEqual({ kind: 'b' })
    expect(setSetting(abc, 'layout', 'image')).toBe(abc)
    expect(configOf(setSetting(abc, 'layout', 'sequence')).layout).toBe('sequence')
  })

  it('keeps the blocks that stay when another document is put in its place', () => {
    const [a, b, c] = keys(abc)
    const at = (blocks: { kind: string }[], layout = 'image'): ChainDraft => withConfig(abc, { layout, blocks })
    expect(at([block('a'), block('b', { channels: 8 }), block('c')])).toBe(abc)
    expect(keys(at([block('a'), block('b', { channels: 16 }), block('c')]))).toEqual([a, b, c])
    const inserted = at([block('a'), block('x'), block('b', { channels: 8 }), block('c')])
    expect([inserted.chain[0]!.key, inserted.chain[2]!.key, inserted.chain[3]!.key]).toEqual([a, b, c])
    expect(keys(abc)).not.toContain(inserted.chain[1]!.key)
    expect(keys(at([block('a'), block('c')]))).toEqual([a, c])
    const replaced = at([block('a'), block('y'), block('c')])
    expect(keys(abc)).not.toContain(replaced.chain[1]!.key)
    expect(keys(at([block('a'), block('b', { channels: 8 }), block('c')], 'sequence'))).toEqual([a, b, c])
    // A run of equal blocks: the one that is added gets a new key, no key stands twice.
    const twice = withConfig(emptyDraft(), { blocks: [block('g'), block('g')] })
    expect(new Set(keys(withConfig(twice, { blocks: [block('g'), block('g'), block('g')] }))).size).toBe(3)
  })
})
