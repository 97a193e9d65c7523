import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../contract/records/run'
import { trainingConfigSchema } from '../contract/records/training'
import { secondsToTrain, startTimes } from './startTimes'

type Timed = Parameters<typeof secondsToTrain>[0]
function run(budget: RunRecord['budget'], progress: Partial<RunRecord['progress']> = {}, config: Record<string, unknown> = { hidden: [8] }): Timed {
  return {
    id: JSON.stringify(budget),
    dataset: { id: 'd', name: 'd', variant: '', domain: { kind: 'table', shape: [4], levels: 2, variableLength: false, encoding: 'linear' } },
    model: { family: 'made', config },
    training: trainingConfigSchema.parse({ batchSize: 50 }),
    budget,
    progress: { step: 0, epoch: 0, seconds: 0, fraction: 0, etaSeconds: null, stepsPerSecond: 0, ...progress },
  }
}
const examples = new Map([['d', 1000]])

describe('secondsToTrain', () => {
  test('the first limit to be reached counts, less what is done', () => {
    expect(secondsToTrain(run({ steps: 1000, minutes: 10 }, { step: 200, seconds: 20, stepsPerSecond: 10 }), { all: [], examples })).toBe(80)
    expect(secondsToTrain(run({ steps: 1000, minutes: 1 }, { seconds: 20, stepsPerSecond: 10 }), { all: [], examples })).toBe(40)
    expect(secondsToTrain(run({ epochs: 3 }, { stepsPerSecond: 10 }), { all: [], examples })).toBe(6)
  })

  test('a run that never trained goes by an equal one', () => {
    const trained = run({ steps: 5 }, { stepsPerSecond: 4 })
    expect(secondsToTrain(run({ steps: 100 }), { all: [trained], examples })).toBe(25)
    expect(secondsToTrain(run({ steps: 100 }, {}, { hidden: [9] }), { all: [trained], examples })).toBeNull()
    expect(secondsToTrain(run({ minutes: 2 }, {}, { hidden: [9] }), { all: [trained], examples })).toBe(120)
  })
})

describe('startTimes', () => {
  test('each waits for those before it', () => {
    const active = run({ steps: 5 }, { etaSeconds: 30, stepsPerSecond: 4 })
    expect(startTimes({ active, waiting: [run({ steps: 100 }), run({ minutes: 1 }), run({ steps: 4 })], all: [active], examples })).toEqual([30, 55, 115])
  })

  test('after one of unknown length nothing is known', () => {
    expect(startTimes({ active: null, waiting: [run({ steps: 100 }), run({ minutes: 1 })], all: [], examples })).toEqual([0, null])
  })
})
