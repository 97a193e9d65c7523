import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { curvesToCsv, linesToCsv, toCsv } from './csv'
import { appendMetrics, emptyHistory } from './series'
import { trackOf } from './track'

describe('csv', () => {
  it('survives commas, quotes and line breaks in names', () => {
    const rows = [
      ['a,b', 1.5],
      ['say "hi"\nthere', null],
    ] as const
    expect(parse(toCsv(['name', 'value'], rows))).toEqual([
      ['name', 'value'],
      ['a,b', '1.5'],
      ['say "hi"\nthere', ''],
    ])
  })

  it('writes every point of every run with full precision', () => {
    const history = appendMetrics(emptyHistory(), {
      from: 0,
      reset: false,
      points: [
        {
          kind: 'train',
          step: 1,
          epoch: 0.1,
          seconds: 2,
          nats: 123.45678901234,
          bitsPerDim: 0.2,
          gradientNorm: 3,
          learningRate: 1e-3,
          stepsPerSecond: 5,
          examplesPerSecond: 500,
          memoryBytes: 0,
          tensors: 0,
        },
        { kind: 'valid', step: 1, epoch: 0.1, seconds: 2, nats: 130, bitsPerDim: 0.21, standardError: 0.5, examples: 100, weights: 'raw' },
      ],
    })
    const parsed = parse(curvesToCsv([{ id: 'made-1', name: 'MADE, wide', history }]), { columns: true })
    expect(parsed).toHaveLength(2)
    expect(parsed[0]).toMatchObject({ run: 'made-1', name: 'MADE, wide', kind: 'train', nats: '123.45678901234', standard_error_nats: '' })
    expect(parsed[1]).toMatchObject({ kind: 'valid', standard_error_nats: '0.5', gradient_norm: '' })
  })

  it('writes what one chart shows', () => {
    const csv = linesToCsv([{ name: 'MADE, wide', track: trackOf([[1, 0.5], [2, NaN]]) }], { x: 'step', y: 'gradient norm' })
    expect(parse(csv)).toEqual([['line', 'step', 'gradient norm'], ['MADE, wide', '1', '0.5'], ['MADE, wide', '2', '']])
  })
})
