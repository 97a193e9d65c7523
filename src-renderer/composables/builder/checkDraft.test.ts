import { describe, expect, it } from 'vitest'
import type { Domain } from '../../../src-main/contract'
import { inspectDocument } from '../../../src-main/contract/builder'
import type { DraftConfig } from './blockChain'
import { checkDraft, fieldIssues, wholeIssue } from './checkDraft'

const domain = { kind: 'image', shape: [6, 5, 1], levels: 2, encoding: 'levels', variableLength: false } as unknown as Domain
const input = { kind: 'image-input' }
const first = { kind: 'masked-conv', mask: 'A', kernel: 3, channels: 8, relu: false }
const residual = { kind: 'masked-residual', kernel: 3, bottleneck: 4 }
const attention = { kind: 'causal-attention', heads: 2, width: 8 }
const head = { kind: 'image-head' }
const model = (...blocks: DraftConfig['blocks']): DraftConfig => ({ layout: 'image', ordering: 'raster', orderingSeed: 0, blocks })

describe('checkDraft', () => {
  it('says of a good model what the studio says of it', () => {
    const config = model(input, first, residual, attention, head)
    const checked = checkDraft(config, domain)
    expect(checked).toMatchObject({ issues: [], wrong: new Map(), leaks: new Map() })
    const { inspection } = inspectDocument({ family: 'composed', config }, domain)
    expect(checked.parameters).toBe(inspection?.parameters)
    expect(checked.multiplyAdds).toBe(inspection?.multiplyAdds)
    expect(checked.blocks.map(({ shape, parameters }) => ({ shape, parameters }))).toEqual(
      inspection?.blocks.map(({ shape, parameters }) => ({ shape, parameters })),
    )
    expect(checked.blocks.slice(1).map(({ sees }) => sees)).toEqual(inspection?.blocks.slice(1).map(({ receptiveField }) => receptiveField))
    expect(checked.blocks[0]?.sees).toBe('')
  })

  it('names the block that leaks', () => {
    const { leaks, issues } = checkDraft(model(input, { ...first, mask: 'B' }, residual, head), domain)
    expect([...leaks.keys()]).toEqual([1])
    expect(leaks.get(1)).toMatch(/mask A/)
    expect(issues).toEqual([])
  })

  it('names the block and the field that cannot be built, and still says what comes before it', () => {
    const checked = checkDraft(model(input, first, { ...attention, heads: 3 }, head), domain)
    expect([...checked.wrong.keys()]).toEqual([2])
    expect(checked.blocks).toHaveLength(2)
    const unread = checkDraft(model(input, { ...first, kernel: 4, channels: 0 }, head), domain)
    expect([...fieldIssues(unread, 1).keys()].sort()).toEqual(['channels', 'kernel'])
    expect(unread.wrong.get(1)).toMatch(/^kernel: /)
    expect(unread.blocks).toHaveLength(1)
    const unknown = checkDraft(model(input, { kind: 'wavelet' }, head), domain)
    expect(unknown.wrong.get(1)).toMatch(/wavelet/)
  })

  it('says what the whole lacks', () => {
    expect(wholeIssue(checkDraft(model(input, first), domain))).toMatch(/no output/)
    expect(wholeIssue(checkDraft(model(input, first, head), domain))).toBeNull()
    expect(wholeIssue(checkDraft({ ...model(input, first, head), ordering: 'random' }, domain))).toMatch(/^ordering: /)
    expect(wholeIssue(checkDraft(model(), domain))).not.toBeNull()
  })
})
