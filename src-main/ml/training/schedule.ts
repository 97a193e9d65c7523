import type { Budget } from '../../contract/records/training'

export { learningRateAt } from '../../contract/learningRate'

/** Where a run stands: steps taken, epochs (with their fraction) and seconds of training. */
export interface Progress {
  step: number
  epoch: number
  seconds: number
}

/**
 * The share of the budget that is used, 0…1: the largest over its limits. With a limit in minutes it depends on the clock, so bit-identical
 * resumption of a cosine schedule is promised for budgets in steps and epochs.
 */
export function fractionDone(budget: Budget, { step, epoch, seconds }: Progress): number {
  const shares = [budget.steps ? step / budget.steps : 0, budget.epochs ? epoch / budget.epochs : 0, budget.minutes ? seconds / (60 * budget.minutes) : 0]
  return Math.min(1, Math.max(...shares))
}

/** Seconds until the first limit is reached at the present pace; null while there is no pace. */
export function secondsLeft(budget: Budget, progress: Progress, pace: { secondsPerStep: number; stepsPerEpoch: number }): number | null {
  const limits: number[] = []
  if (budget.steps) limits.push((budget.steps - progress.step) * pace.secondsPerStep)
  if (budget.epochs) limits.push((budget.epochs - progress.epoch) * pace.stepsPerEpoch * pace.secondsPerStep)
  const finite = limits.filter(Number.isFinite)
  if (budget.minutes) finite.push(60 * budget.minutes - progress.seconds)
  return finite.length > 0 ? Math.max(0, Math.min(...finite)) : null
}

/**
 * Decay of the moving average at a step counted from 1: the configured one, but (1 + t) / (10 + t) while that is smaller. Otherwise the average
 * of a short run would still hold mostly the initial weights (0.999 forgets half of them only after 700 steps).
 */
export function averageDecay(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step))
}
