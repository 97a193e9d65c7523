import { beforeAll, expect, it } from 'vitest'
import { numbersOf } from './numbersOf'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

it('answers the numbers and keeps no tensor', () => {
  const before = tf.memory().numTensors
  expect([...numbersOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 2))]).toEqual([2, 4, 6])
  expect(tf.memory().numTensors).toBe(before)
})

it('does not pass through them one by one', () => {
  // Looking at a number through a property that counts: tidy would ask each.
  const { isArray } = Array
  let looked = 0
  Array.isArray = ((value: unknown) => (looked++, isArray(value))) as typeof isArray
  try {
    expect(numbersOf(() => tf.range(0, 20_000)).length).toBe(20_000)
  } finally {
    Array.isArray = isArray
  }
  expect(looked).toBeLessThan(1000)
})
