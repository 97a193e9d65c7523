import { describe, expect, it } from 'vitest'
import { budgetSteps, scheduleCurve, schedulePath } from './scheduleCurve'

describe('budgetSteps', () => {
  it('takes the first limit reached, and knows none for minutes alone', () => {
    expect(budgetSteps({ steps: 900, epochs: 2 }, 500)).toBe(900)
    expect(budgetSteps({ steps: 1200, epochs: 2 }, 500)).toBe(1000)
    expect(budgetSteps({ epochs: 0.5, minutes: 10 }, 3)).toBe(2)
    expect(budgetSteps({ minutes: 10 }, 500)).toBeNull()
  })
})

describe('scheduleCurve', () => {
  it('rises over the warm-up and falls along the cosine to its floor', () => {
    const curve = scheduleCurve({ learningRate: 0.01, schedule: { kind: 'cosine', floor: 0.1 }, warmupSteps: 100 }, 1000, 101)
    const rates = curve?.rates ?? []
    expect(rates).toHaveLength(101)
    expect(rates[0]).toBeCloseTo(0.0001, 6)
    const peak = rates.indexOf(Math.max(...rates))
    expect(peak).toBeGreaterThanOrEqual(9)
    expect(peak).toBeLessThanOrEqual(11)
    expect(rates.at(-1)).toBeCloseTo(0.001, 5)
  })

  it('stays level where the schedule is constant', () => {
    expect(new Set(scheduleCurve({ learningRate: 0.5, schedule: { kind: 'constant' }, warmupSteps: 0 }, 5)?.rates)).toEqual(new Set([0.5]))
  })
})

describe('schedulePath', () => {
  it('spans the box from edge to edge', () => {
    expect(schedulePath({ rates: [0, 2, 1], steps: 3 }, 100, 40)).toBe('M0.0 40.0L50.0 0.0L100.0 20.0')
    expect(schedulePath({ rates: [2], steps: 1 }, 100, 40)).toBe('M0.0 0.0L100.0 0.0')
  })
})
