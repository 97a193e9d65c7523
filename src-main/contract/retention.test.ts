import { expect, test } from 'vitest'
import type { CheckpointListing } from './records/run'
import { stepsGivenUp } from './retention'

interface Options {
  pinned?: readonly number[]
  best?: number
  damaged?: readonly number[]
}

/** Checkpoints at these steps, the last of them 'last'. */
function listings(steps: readonly number[], { pinned = [], best = -1, damaged = [] }: Options = {}): CheckpointListing[] {
  return steps.map((step) => {
    const tags = [...(step === best ? ['best' as const] : []), ...(step === steps.at(-1) ? ['last' as const] : [])]
    const record = { step, tags, pinned: pinned.includes(step) } as unknown as NonNullable<CheckpointListing['record']>
    return { step, record, problem: damaged.includes(step) ? 'torn' : null }
  })
}
const steps = [10, 20, 30, 40, 50, 60, 70, 80]

test('the newest stay, and best, last, pinned and damaged ones beside them', () => {
  expect(stepsGivenUp({ keepCheckpoints: 2, keepCheckpointsEvery: null }, listings(steps, { best: 20, pinned: [10], damaged: [30] }))).toEqual([40, 50])
  expect(stepsGivenUp({ keepCheckpoints: 0, keepCheckpointsEvery: null }, listings([10]))).toEqual([])
})

test('the first at or after each multiple stays', () => {
  expect(stepsGivenUp({ keepCheckpoints: 0, keepCheckpointsEvery: 30 }, listings(steps))).toEqual([10, 20, 40, 50, 70])
  // Multiples that no checkpoint stands at: 25 -> 30, 50 -> 50, 75 -> 80.
  expect(stepsGivenUp({ keepCheckpoints: 0, keepCheckpointsEvery: 25 }, listings(steps))).toEqual([10, 20, 40, 60, 70])
})

test('what is in use waits', () => {
  expect(stepsGivenUp({ keepCheckpoints: 1, keepCheckpointsEvery: null }, listings(steps), new Set([20]))).toEqual([10, 30, 40, 50, 60])
})

test('applied at every checkpoint, a rule keeps what it keeps at the end', () => {
  const rule = { keepCheckpoints: 2, keepCheckpointsEvery: 40 }
  let kept: number[] = []
  for (let step = 10; step <= 200; step += 10) {
    const present = [...kept, step]
    const gone = stepsGivenUp(rule, listings(present))
    kept = present.filter((candidate) => !gone.includes(candidate))
  }
  expect(kept).toEqual([40, 80, 120, 160, 180, 190, 200])
})
