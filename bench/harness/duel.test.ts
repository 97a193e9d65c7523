import { expect, test } from 'vitest'
import { duel, timed } from './duel'
import type { Contender } from './duel'

/** A contender that takes the given milliseconds by its own clock and notes each turn. */
function scripted(name: string, times: number[], log: string[]): Contender {
  let next = 0
  return {
    name,
    run(count) {
      log.push(`${name}×${count}`)
      return Promise.resolve(Array.from({ length: count }, () => times[Math.min(next++, times.length - 1)]!))
    },
  }
}

test('contenders take turns, in the reverse order in every other round', async () => {
  const log: string[] = []
  await duel([scripted('a', [10], log), scripted('b', [20], log)], { rounds: 3, millisecondsPerTurn: 40 })
  // One and two for the estimate, then in each turn one to warm up and as many as fill it.
  expect(log).toEqual(['a×1', 'a×2', 'b×1', 'b×2', 'a×1', 'a×4', 'b×1', 'b×2', 'b×1', 'b×2', 'a×1', 'a×4', 'a×1', 'a×4', 'b×1', 'b×2'])
})

test('one turn never begins before the other contender has finished', async () => {
  let busy = 0
  let most = 0
  const slow = (name: string): Contender => ({
    name,
    async run(count) {
      most = Math.max(most, ++busy)
      const times = await timed(count, () => new Promise((resolve) => setTimeout(resolve, 1)))
      busy--
      return times
    },
  })
  await duel([slow('a'), slow('b'), slow('c')], { rounds: 2, millisecondsPerTurn: 2 })
  expect(most).toBe(1)
})

test('the figure is the median over the rounds of the medians within each', async () => {
  // The estimate of three and the first of each turn are left out of it.
  const times = [10, 10, 10, 900, 4, 6, 900, 100, 300, 900, 7, 9]
  const { milliseconds, rounds } = await duel([scripted('a', times, [])], { rounds: 3, millisecondsPerTurn: 20 })
  expect(rounds.get('a')).toEqual([5, 200, 8])
  expect(milliseconds.get('a')).toBe(8)
})

test('work longer than a turn is done once in it and not warmed up', async () => {
  const log: string[] = []
  await duel([scripted('a', [5000], log)], { rounds: 2, millisecondsPerTurn: 1000 })
  expect(log).toEqual(['a×1', 'a×1', 'a×1'])
})
