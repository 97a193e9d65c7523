import type { CheckpointListing } from './records/run'
import type { TrainingConfig } from './records/training'

/** Which checkpoints of a run stay: best, last and pinned ones always; of the others those that the rule names. */
export type RetentionRule = Pick<TrainingConfig, 'keepCheckpoints' | 'keepCheckpointsEvery'>

/**
 * The steps that a rule gives up, ascending. `keepCheckpointsEvery` keeps the first checkpoint at or after each multiple of so many steps,
 * `keepCheckpoints` the newest of the rest. A checkpoint that is kept once stays kept as training goes on, but for the newest ones. Damaged
 * ones are left alone: their owner should hear of them.
 */
export function stepsGivenUp({ keepCheckpoints, keepCheckpointsEvery }: RetentionRule, listings: readonly CheckpointListing[], inUse: ReadonlySet<number> = new Set()): number[] {
  const sound = listings.filter(({ record, problem }) => record !== null && problem === null).sort((a, b) => a.step - b.step)
  const milestones = new Set<number>()
  if (keepCheckpointsEvery !== null) {
    let reached = 0
    for (const { step } of sound) {
      const multiple = Math.floor(step / keepCheckpointsEvery)
      if (multiple > reached) milestones.add(step)
      reached = Math.max(reached, multiple)
    }
  }
  const free = sound.filter(({ step, record }) => record && !record.pinned && record.tags.length === 0 && !milestones.has(step))
  return free
    .slice(0, Math.max(0, free.length - keepCheckpoints))
    .map(({ step }) => step)
    .filter((step) => !inUse.has(step))
}
