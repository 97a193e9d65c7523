import { beforeEach, describe, expect, it } from 'vitest'
import { useBuilderDraft } from './useBuilderDraft'

const block = (kind: string, fields: Record<string, unknown> = {}): { kind: string } => ({ kind, ...fields })
const config = { layout: 'image', blocks: [block('a'), block('b', { channels: 8 }), block('c')] }
const first = { config, name: 'First', origin: 'from a preset' }
const model = useBuilderDraft()
const kinds = (): string => model.draft.value.chain.map(({ block: { kind } }) => kind).join(' ')
const keyOf = (index: number): number => model.draft.value.chain[index]!.key

describe('the model that is being built', () => {
  beforeEach(() => model.open(structuredClone(first)))

  it('takes back what was done, step by step, and does it again', () => {
    model.move(keyOf(0), 2, 'A')
    model.setField(keyOf(0), 'channels', 1, 'B')
    model.setField(keyOf(0), 'channels', 16, 'B')
    model.remove(keyOf(1), 'C')
    expect(kinds()).toBe('b a')
    expect(model.next.value.undo).toBe('Remove C')
    model.undo()
    expect(kinds()).toBe('b c a')
    // What was typed into one field is one step.
    model.undo()
    expect(model.config.value.blocks[0]).toEqual({ kind: 'b', channels: 8 })
    model.undo()
    expect(kinds()).toBe('a b c')
    expect(model.changed.value).toBe(false)
    model.redo()
    model.redo()
    expect(model.config.value.blocks[0]).toEqual({ kind: 'b', channels: 16 })
  })

  it('keeps a block chosen when the chosen one goes, the one in its place', () => {
    model.selected.value = keyOf(1)
    model.remove(keyOf(1), 'B')
    expect(model.selectedBlock.value?.kind).toBe('c')
    model.remove(keyOf(1), 'C')
    expect(model.selectedBlock.value?.kind).toBe('a')
    model.undo()
    model.undo()
    expect(kinds()).toBe('a b c')
    model.duplicate(keyOf(1), 'B')
    expect(model.selectedIndex.value).toBe(2)
    model.insert(block('x'), 0, 'X')
    expect(model.selectedBlock.value?.kind).toBe('x')
  })

  it('brings the model before back with all that belongs to it', () => {
    model.describe({ budget: { steps: 7 } })
    model.open({ config: { blocks: [block('z')] }, name: 'Second', origin: null, budget: { epochs: 2 }, training: { batchSize: 4 } })
    expect(model.about.value).toMatchObject({ name: 'Second', budget: { epochs: 2 }, training: { batchSize: 4 } })
    model.undo()
    expect(model.about.value).toMatchObject({ name: 'First', budget: { steps: 7 } })
    expect(kinds()).toBe('a b c')
    model.redo()
    expect(model.about.value.name).toBe('Second')
  })

  it('knows whether it stands in the studio as it is', () => {
    model.setField(keyOf(1), 'channels', 12, 'B')
    expect(model.changed.value).toBe(true)
    model.markSaved({ id: 'x', revision: 1 }, 'Kept')
    expect(model.changed.value).toBe(false)
    expect(model.about.value).toMatchObject({ name: 'Kept', origin: null, saved: { id: 'x', revision: 1 } })
    // Undo goes back past the saving, but the model stays the saved one.
    model.undo()
    expect(model.changed.value).toBe(true)
    expect(model.about.value.saved).toEqual({ id: 'x', revision: 1 })
  })

  it('is the document of the JSON view', () => {
    const key = keyOf(1)
    model.replace({ layout: 'image', blocks: [block('a'), block('b', { channels: 9 }), block('c')] })
    expect(keyOf(1)).toBe(key)
    expect(model.next.value.undo).toBe('Edit the JSON')
    model.replace(structuredClone(model.config.value))
    model.undo()
    expect(model.config.value.blocks[1]).toEqual({ kind: 'b', channels: 8 })
  })
})
