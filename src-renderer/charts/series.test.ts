import { describe, expect, it } from 'vitest'
import type { MetricPoint } from '../../src-main/contract'
import { appendMetrics, emptyHistory, toPoints } from './series'

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

describe('appendMetrics', () => {
  it('takes every point once, though a reconnected stream repeats some', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2), valid(2, 90)] })
    history = appendMetrics(history, { from: 1, reset: false, points: [train(2), valid(2, 90), train(3)] })
    expect(history.train.map((point) => point.step)).toEqual([1, 2, 3])
    expect(history.valid).toHaveLength(1)
    expect(history.received).toBe(4)
  })

  it('forgets what a resume cut off', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2), train(3)] })
    history = appendMetrics(history, { from: 0, reset: true, points: [train(1), train(2)] })
    expect(history.train.map((point) => point.step)).toEqual([1, 2])
    expect(history.received).toBe(2)
  })
})

describe('toPoints', () => {
  it('reads the chosen axis and quantity', () => {
    const history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [valid(10, 95), valid(20, 91)] })
    expect(toPoints(history.valid, 'epoch', 'nats')).toEqual([
      [1, 95],
      [2, 91],
    ])
    expect(toPoints(history.valid, 'step', 'bits/dim')[1]).toEqual([20, 91 / 543])
  })

  it('converts only what is new of a growing history', () => {
    let history = appendMetrics(emptyHistory(), { from: 0, reset: false, points: [train(1), train(2)] })
    const before = toPoints(history.train, 'step', 'nats')
    const first = before[0]
    history = appendMetrics(history, { from: 2, reset: false, points: [train(3, 80)] })
    const after = toPoints(history.train, 'step', 'nats')
    expect(after).toHaveLength(3)
    expect(after[0]).toBe(first)
    expect(after[2]).toEqual([3, 80])
  })
})
