import { describe, expect, it } from 'vitest'
import type { MetricPoint } from '../../src-main/contract'
import { appendMetrics, emptyHistory, hasValues, quantityTrack } from './series'
import type { MetricHistory } from './series'

function train(step: number, nats = 100): MetricPoint {
  return {
    kind: 'train',
    step,
    epoch: step / 10,
    seconds: step / 2,
    nats,
    bitsPerDim: nats / 543,
    gradientNorm: 1,
    learningRate: 1e-3,
    stepsPerSecond: 2,
    examplesPerSecond: 200,
    memoryBytes: 1,
    tensors: 1,
  }
}
function valid(step: number, nats: number): MetricPoint {
  return {
    kind: 'valid',
    step,
    epoch: step / 10,
    seconds: step / 2,
    nats,
    bitsPerDim: nats / 543,
    standardError: 0.1,
    examples: 10,
    weights: 'raw',
  }
}

const steps = ({ train: columns }: MetricHistory): number[] => [...columns.values('step').subarray(0, columns.length)]

describe('appendMetrics', () => {
  it('takes every point once, though a reconnected stream repeats some', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2), valid(2, 90)] })
    history = appendMetrics(history, { from: 1, reset: false, points: [train(2), valid(2, 90), train(3)] })
    expect(steps(history)).toEqual([1, 2, 3])
    expect(history.valid.raw).toHaveLength(1)
    expect(history.valid.ema).toHaveLength(0)
    expect(history.received).toBe(4)
  })

  it('forgets what a resume cut off', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2), train(3)] })
    history = appendMetrics(history, { from: 0, reset: true, points: [train(1), train(2)] })
    expect(steps(history)).toEqual([1, 2])
    expect(history.received).toBe(2)
  })
})

describe('quantityTrack', () => {
  it('reads the chosen axis and quantity', () => {
    const history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [valid(10, 95), valid(20, 91)] })
    const nats = quantityTrack(history.valid.raw, 'epoch', 'nats')
    expect([nats.length, nats.x[1], nats.y[1]]).toEqual([2, 2, 91])
    const bits = quantityTrack(history.valid.raw, 'step', 'bits/dim')
    expect([bits.x[1], bits.y[1]]).toEqual([20, 91 / 543])
  })

  it('is one track for as long as the history grows', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2)] })
    const before = quantityTrack(history.train, 'step', 'nats')
    history = appendMetrics(history, { from: 2, reset: false, points: Array.from({ length: 500 }, (_, index) => train(3 + index, 80)) })
    const after = quantityTrack(history.train, 'step', 'nats')
    expect(after).toBe(before)
    expect([after.length, after.x[501], after.y[501], after.y[0]]).toEqual([502, 502, 80, 100])
  })

  it('knows what older records lack', () => {
    const history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1)] })
    expect([hasValues(history.train, 'gradientNorm'), hasValues(history.train, 'gpuPercent')]).toEqual([true, false])
  })
})
