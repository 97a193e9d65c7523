import { median } from './statistics'

/** Something that can do one piece of work again and again: a training step, a drawing of samples. */
export interface Contender {
  name: string
  /** Does the work `count` times and answers the milliseconds of each. */
  run(count: number): Promise<number[]>
}

export interface DuelOptions {
  rounds: number
  /** About how long each contender works in a round. */
  millisecondsPerTurn: number
}

export interface Outcome {
  /** The median over the rounds of each round's median, by contender. */
  milliseconds: Map<string, number>
  /** The medians of the rounds, by contender. */
  rounds: Map<string, number[]>
}

/**
 * Contenders take turns, never two at once, in an order that turns round from round to round, so that whatever else the machine does falls
 * on all of them alike. Quick work is done once unmeasured at the start of a turn, since the turn before left the caches full of others' data.
 */
export async function duel(contenders: readonly Contender[], { rounds, millisecondsPerTurn }: DuelOptions): Promise<Outcome> {
  const plans: { contender: Contender; count: number; warm: boolean; medians: number[] }[] = []
  for (const contender of contenders) {
    const once = median(await contender.run(1))
    const usual = once > millisecondsPerTurn ? once : median(await contender.run(2))
    const count = Math.max(1, Math.min(1000, Math.round(millisecondsPerTurn / Math.max(usual, 1e-3))))
    plans.push({ contender, count, warm: usual < millisecondsPerTurn, medians: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contender, count, warm, medians } of round % 2 ? [...plans].reverse() : plans) {
      if (warm) await contender.run(1)
      medians.push(median(await contender.run(count)))
    }
  }
  return {
    milliseconds: new Map(plans.map(({ contender, medians }) => [contender.name, median(medians)])),
    rounds: new Map(plans.map(({ contender, medians }) => [contender.name, medians])),
  }
}

/** Runs `work` so many times and answers the milliseconds of each. */
export async function timed(count: number, work: () => void | Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const started = performance.now()
    const pending = work()
    if (pending) await pending
    times.push(performance.now() - started)
  }
  return times
}
