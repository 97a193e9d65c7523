import { learningRateAt } from '../../src-main/contract'
import type { Budget, TrainingConfig } from '../../src-main/contract'

/** Steps that the budget allows; null where only the clock ends the run. */
export function budgetSteps(budget: Budget, stepsPerEpoch: number): number | null {
  const limits = [budget.steps, budget.epochs === undefined ? undefined : Math.ceil(budget.epochs * stepsPerEpoch)]
  const known = limits.filter((limit) => limit !== undefined)
  return known.length > 0 ? Math.max(1, Math.min(...known)) : null
}

export interface ScheduleCurve {
  /** Learning rate at evenly spaced points of the run, the first and the last step among them. */
  rates: number[]
  steps: number
}

/**
 * The learning rate over the whole run, with as many points as are drawn; null when the number of steps is not known beforehand.
 */
export function scheduleCurve(
  config: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'warmupSteps'>,
  steps: number | null,
  points = 120,
): ScheduleCurve | null {
  if (steps === null) return null
  const last = steps - 1
  const count = Math.min(points, steps)
  const rates = Array.from({ length: count }, (_value, index) => {
    const step = count === 1 ? 0 : Math.round((index * last) / (count - 1))
    return learningRateAt(config, step, step / steps)
  })
  return { rates, steps }
}

/** The curve as an SVG path in a box of width × height, zero at the bottom and the largest rate at the top. */
export function schedulePath({ rates }: ScheduleCurve, width: number, height: number): string {
  const top = Math.max(...rates)
  if (!(top > 0)) return ''
  // A run of one step is a level line.
  const drawn = rates.length === 1 ? [...rates, ...rates] : rates
  return drawn
    .map((rate, index) => {
      const x = (index * width) / (drawn.length - 1)
      const y = height * (1 - rate / top)
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
