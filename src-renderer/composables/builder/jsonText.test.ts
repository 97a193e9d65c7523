import { describe, expect, it } from 'vitest'
import { formatJson, parseJsonText, placeOf } from './jsonText'

describe('parseJsonText', () => {
  const documents = [
    { family: 'composed', config: { layout: 'image', blocks: [{ kind: 'image-input' }, { kind: 'gated-layer', kernel: 3 }] } },
    [[], {}, [1, -2.5e-3, 0, true, false, null, 'a "quoted"\n\\ é\u0001']],
    'text',
    -0.5,
    null,
  ]
  it.each(documents.map((value) => [JSON.stringify(value), value] as const))('reads what JSON.parse reads: %s', (text, value) => {
    for (const written of [text, JSON.stringify(value, null, 2), ` \n${text}\n`]) {
      expect(parseJsonText(written)).toMatchObject({ ok: true, value })
    }
  })

  it('says where each value stands', () => {
    const text = '{\n  "blocks": [ {"kernel": 3}, {"kernel": 15} ]\n}'
    const parsed = parseJsonText(text)
    if (!parsed.ok) throw new Error(parsed.problem.reason)
    const range = parsed.ranges.get('blocks.1.kernel')!
    expect(text.slice(range.from, range.to)).toBe('15')
    expect(placeOf(text, range.from)).toEqual({ line: 2, column: 41 })
    expect(parsed.ranges.get('')).toEqual({ from: 0, to: text.length })
  })

  it('says where every value of a document stands, whatever its texts hold', () => {
    const value = { 'a.b': ['}', '\\"', { ':': [1, [], {}] }], c: -1.5e3 }
    const text = JSON.stringify(value, null, 2)
    const parsed = parseJsonText(text)
    if (!parsed.ok) throw new Error(parsed.problem.reason)
    expect([...parsed.ranges].map(([path, { from, to }]) => [path, JSON.parse(text.slice(from, to))])).toEqual([
      ['a.b.0', '}'],
      ['a.b.1', '\\"'],
      ['a.b.2.:.0', 1],
      ['a.b.2.:.1', []],
      ['a.b.2.:.2', {}],
      ['a.b.2.:', [1, [], {}]],
      ['a.b.2', { ':': [1, [], {}] }],
      ['a.b', value['a.b']],
      ['c', -1500],
      ['', value],
    ])
  })

  it('says where it stops being JSON, and why', () => {
    const problem = { line: 3, column: 3, reason: expect.stringContaining('comma') as unknown }
    expect(parseJsonText('{\n  "a": 1\n  "b": 2\n}')).toMatchObject({ ok: false, problem })
  })
})

describe('formatJson', () => {
  it('writes a block in a line, and what it writes is read back', () => {
    const blocks = [{ kind: 'image-input' }, { kind: 'masked-conv', kernel: 7, relu: false }]
    const value = { family: 'composed', config: { layout: 'image', blocks } }
    const text = formatJson(value)
    expect(text).toBe(
      [
        '{',
        '  "family": "composed",',
        '  "config": {',
        '    "layout": "image",',
        '    "blocks": [',
        '      { "kind": "image-input" },',
        '      { "kind": "masked-conv", "kernel": 7, "relu": false }',
        '    ]',
        '  }',
        '}',
      ].join('\n'),
    )
    expect(parseJsonText(text)).toMatchObject({ ok: true, value })
  })

  it('writes nothing for empty things', () => {
    expect(formatJson({ blocks: [], more: {} })).toBe('{\n  "blocks": [],\n  "more": {}\n}')
  })
})
