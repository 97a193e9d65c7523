import type { TrainingConfig } from './records/training'

/** Learning rate of the step after `step` steps, at `fraction` of the budget (0…1): linear warm-up times the schedule. */
export function learningRateAt(
  config: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'warmupSteps'>,
  step: number,
  fraction: number,
): number {
  const { learningRate, schedule, warmupSteps } = config
  const warmup = warmupSteps > 0 ? Math.min(1, (step + 1) / warmupSteps) : 1
  switch (schedule.kind) {
    case 'constant':
      return learningRate * warmup
    case 'cosine':
      return learningRate * warmup * (schedule.floor + (1 - schedule.floor) * 0.5 * (1 + Math.cos(Math.PI * fraction)))
    case 'exponential':
      return learningRate * warmup * schedule.rate ** step
  }
}
