import { describe, expect, test } from 'vitest'
import { pairedDifference, sameExamples } from './pairedDifference'
import type { PerExample } from './perExample'

const scores = (nats: number[], dimensions: number[] = [2], indices: number[] | null = null): PerExample => ({
  nats: Float64Array.from(nats),
  dimensions: Int32Array.from(dimensions),
  indices: indices && Int32Array.from(indices),
})

describe('pairedDifference', () => {
  test('mean and standard error of the differences', () => {
    // d = −1, −3, 0, −2: mean −1.5, variance 5/3, standard error √(5/12).
    const paired = pairedDifference(scores([10, 20, 30, 40]), scores([11, 23, 30, 42]), 'nats/example')
    expect(paired.nats).toBeCloseTo(-1.5, 12)
    expect(paired.standardError).toBeCloseTo(Math.sqrt(5 / 12), 12)
    expect(paired.bitsPerDim).toBeCloseTo(-1.5 / 2 / Math.LN2, 12)
    expect(paired.better).toBe(3.5 / 4)
    expect(paired.correlation).toBeGreaterThan(0.99)
  })

  test('a constant difference has no error, however much the examples vary', () => {
    const paired = pairedDifference(scores([1, 50, 700]), scores([2, 51, 701]), 'nats/example')
    expect(paired.nats).toBe(-1)
    expect(paired.standardError).toBeCloseTo(0, 9)
  })

  test('of clips: nats per sample, by the ratio estimator', () => {
    const [a, b] = [scores([10, 40], [10, 20]), scores([5, 20], [10, 20])]
    const paired = pairedDifference(a, b, 'nats/sample')
    const ratio = 25 / 30
    const squares = (5 - ratio * 10) ** 2 + (20 - ratio * 20) ** 2
    expect(paired.nats).toBeCloseTo(ratio, 12)
    expect(paired.standardError).toBeCloseTo(Math.sqrt((2 / 1) * squares) / 30, 12)
  })

  test('a run that says the same of every example has no correlation', () => {
    expect(pairedDifference(scores([3, 3]), scores([1, 2]), 'nats/example').correlation).toBeNull()
  })
})

test('sameExamples wants the same examples, not only as many', () => {
  expect(sameExamples(scores([1, 2]), scores([3, 4]))).toBe(true)
  expect(sameExamples(scores([1, 2]), scores([3]))).toBe(false)
  expect(sameExamples(scores([1, 2], [2], [0, 5]), scores([1, 2], [2], [0, 5]))).toBe(true)
  expect(sameExamples(scores([1, 2], [2], [0, 5]), scores([1, 2], [2], [0, 6]))).toBe(false)
  expect(sameExamples(scores([1, 2], [2], [0, 1]), scores([1, 2]))).toBe(false)
})
