import { describe, expect, it } from 'vitest'
import { averageDecay, fractionDone, learningRateAt, secondsLeft } from './schedule'

describe('the budget', () => {
  it('is used up by the first limit that is reached', () => {
    const progress = { step: 50, epoch: 1.5, seconds: 30 }
    expect(fractionDone({ steps: 200 }, progress)).toBe(0.25)
    expect(fractionDone({ steps: 200, epochs: 3 }, progress)).toBe(0.5)
    expect(fractionDone({ steps: 200, epochs: 3, minutes: 0.5 }, progress)).toBe(1)
    expect(fractionDone({ minutes: 0.1 }, progress)).toBe(1)
  })

  it('tells the seconds left at the present pace, the least over its limits', () => {
    const progress = { step: 50, epoch: 1.5, seconds: 30 }
    const pace = { secondsPerStep: 0.5, stepsPerEpoch: 10 }
    expect(secondsLeft({ steps: 100 }, progress, pace)).toBe(25)
    expect(secondsLeft({ epochs: 2, steps: 100 }, progress, pace)).toBe(2.5)
    expect(secondsLeft({ minutes: 1 }, progress, pace)).toBe(30)
    expect(secondsLeft({ steps: 10 }, progress, pace)).toBe(0)
  })
})

describe('the learning rate', () => {
  const base = { learningRate: 0.1, warmupSteps: 0 }
  it('is constant, falls with the cosine to its floor at the end of the budget, or by a rate each step', () => {
    expect(learningRateAt({ ...base, schedule: { kind: 'constant' } }, 7, 0.7)).toBe(0.1)
    const cosine = { ...base, schedule: { kind: 'cosine', floor: 0.02 } } as const
    expect(learningRateAt(cosine, 0, 0)).toBeCloseTo(0.1, 12)
    expect(learningRateAt(cosine, 50, 0.5)).toBeCloseTo(0.051, 12)
    expect(learningRateAt(cosine, 100, 1)).toBeCloseTo(0.002, 12)
    // Far from the floor a tenth of the way in.
    expect(learningRateAt(cosine, 10, 0.1)).toBeGreaterThan(0.09)
    expect(learningRateAt({ ...base, schedule: { kind: 'exponential', rate: 0.99 } }, 100, 0)).toBeCloseTo(0.1 * 0.99 ** 100, 12)
  })

  it('rises linearly over the warm-up', () => {
    const config = { learningRate: 0.1, warmupSteps: 4, schedule: { kind: 'constant' } } as const
    expect([0, 1, 2, 3, 4].map((step) => learningRateAt(config, step, 0))).toEqual([0.025, 0.05, 0.07500000000000001, 0.1, 0.1])
  })
})

describe('the decay of the average', () => {
  it('follows the weights at first and reaches the configured decay', () => {
    expect(averageDecay(0.999, 1)).toBeCloseTo(2 / 11, 12)
    expect(averageDecay(0.999, 100)).toBeCloseTo(101 / 110, 12)
    expect(averageDecay(0.999, 100_000)).toBe(0.999)
  })
})
