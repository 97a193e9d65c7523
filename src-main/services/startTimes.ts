import type { RunRecord } from '../contract/records/run'

type Timed = Pick<RunRecord, 'id' | 'dataset' | 'model' | 'training' | 'budget' | 'progress'>

interface Waiting {
  active: Timed | null
  waiting: readonly Timed[]
  /** Every run of the workspace: what was measured on this machine before. */
  all: readonly Timed[]
  /** Training examples by data set. */
  examples: ReadonlyMap<string, number>
}

/** Seconds until each waiting run starts, in their order; null from the first one on whose predecessors' times cannot be told. */
export function startTimes({ active, waiting, all, examples }: Waiting): (number | null)[] {
  let clock: number | null = active === null ? 0 : active.progress.etaSeconds
  return waiting.map((run) => {
    const start = clock
    const own: number | null = clock === null ? null : secondsToTrain(run, { all, examples })
    clock = clock === null || own === null ? null : clock + own
    return start
  })
}

/** What is left of a run's budget at the speed it had, or else at that of an equal model on the same data; null where neither is known. */
export function secondsToTrain(run: Timed, { all, examples }: Pick<Waiting, 'all' | 'examples'>): number | null {
  const { budget, progress, training, dataset } = run
  const limits: number[] = []
  if (budget.minutes !== undefined) limits.push(budget.minutes * 60 - progress.seconds)
  const stepsPerSecond = speedOf(run) ?? speedOf(all.find((other) => isAlike(other, run) && speedOf(other) !== null))
  if (stepsPerSecond !== null) {
    if (budget.steps !== undefined) limits.push((budget.steps - progress.step) / stepsPerSecond)
    const count = examples.get(dataset.id)
    if (budget.epochs !== undefined && count !== undefined)
      limits.push(((budget.epochs - progress.epoch) * Math.max(1, Math.floor(count / training.batchSize))) / stepsPerSecond)
  }
  return limits.length === 0 ? null : Math.max(0, Math.min(...limits))
}

const speedOf = (run: Timed | undefined): number | null => (run && run.progress.stepsPerSecond > 0 ? run.progress.stepsPerSecond : null)

const isAlike = (one: Timed, other: Timed): boolean =>
  one.dataset.id === other.dataset.id &&
  one.training.batchSize === other.training.batchSize &&
  one.model.family === other.model.family &&
  JSON.stringify(one.model.config) === JSON.stringify(other.model.config)
