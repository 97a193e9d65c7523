import type { Opponent, Prepared, Preparation, Waiting } from './opponent'
import { median } from './statistics'

export interface Fastest {
  opponent: Opponent
  formulation: string
  waiting: Waiting
  prepared: Prepared
  milliseconds: number
}

/** A candidate that is this much slower than the best so far is not looked at further. */
const HOPELESS = 3
const LOOKS = 5

/**
 * The strongest opponent: every formulation of the row's module, with both ways in which PyTorch's threads can wait. `inspect` sees each
 * formulation once, before it has been timed. The processes of the others are ended.
 */
export async function fastestOpponent(
  start: (waiting: Waiting) => Opponent,
  preparation: Preparation,
  inspect: (opponent: Opponent, formulation: string) => Promise<void>,
): Promise<Fastest> {
  let best: Fastest | null = null
  for (const waiting of ['passive', 'active'] as const) {
    const opponent: Opponent = start(waiting)
    try {
      const prepared: Prepared = await opponent.prepare(preparation)
      for (const formulation of prepared.formulations) {
        if (waiting === 'passive') await inspect(opponent, formulation)
        const limit: number = best ? best.milliseconds * HOPELESS : Infinity
        await opponent.run(formulation, 1)
        if ((await opponent.run(formulation, 1))[0]! > limit) continue
        const milliseconds = median(await opponent.run(formulation, LOOKS))
        if (best && milliseconds >= best.milliseconds) continue
        if (best && best.opponent !== opponent) best.opponent.close()
        best = { opponent, formulation, waiting, prepared, milliseconds }
      }
    } catch (error) {
      best?.opponent.close()
      opponent.close()
      throw error
    }
    if (best?.opponent !== opponent) opponent.close()
  }
  if (!best) throw new Error('The opponent has no formulation.')
  return best
}

export function describeFastest({ formulation, waiting, prepared }: Fastest): string {
  const among = prepared.formulations.length > 1 ? `, the fastest of ${prepared.formulations.length} formulations` : ''
  return `${formulation}${among}${waiting === 'passive' ? '; threads wait asleep' : ''}`
}
