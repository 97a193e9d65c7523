import type { CheckpointSelector } from '../contract/contract'
import type { CheckpointRecord, RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import { checkpointFiles } from '../engine/checkpointFiles'
import { noteUse } from './checkpointUse'
import type { StudioContext } from './context'

export interface SelectedCheckpoint {
  run: RunRecord
  checkpoint: CheckpointRecord
  folder: string
  weights: 'raw' | 'ema'
}

/** Refuses a recipe of other weights than the checkpoint has now: its samples could not be drawn again. */
export function refuseOtherWeights({ name }: RunRecord, { step, weightsHash }: CheckpointRecord, expected: string | undefined): void {
  if (expected === undefined || expected === weightsHash) return
  throw new UserError(`The checkpoint of ${name} at step ${step} has other weights now than those of the recipe, so it would draw other samples.`, {
    field: 'weightsHash',
    mend: 'Take weightsHash out of the recipe to draw with the weights that are there now.',
  })
}

/** A verified checkpoint and the weights to use: the moving average where there is one, unless chosen otherwise. */
export async function selectCheckpoint(
  { runs, jobs }: Pick<StudioContext, 'runs' | 'jobs'>,
  runId: string,
  selector: CheckpointSelector,
  weights?: 'raw' | 'ema',
): Promise<SelectedCheckpoint> {
  const run = runs.get(runId)
  const store = runs.checkpoints(runId)
  const checkpoint = await store.load(selector)
  noteUse({ jobs }, run.id, checkpoint.step)
  const averaged = checkpoint.files.some(({ name }) => name === checkpointFiles.ema)
  if (weights === 'ema' && !averaged) {
    throw new UserError(`${run.name} was trained without a moving average of its weights.`, {
      field: 'weights',
      mend: 'Choose the raw weights, or train with the setting ema.',
    })
  }
  return { run, checkpoint, folder: store.folderOf(checkpoint.step), weights: weights ?? (averaged ? 'ema' : 'raw') }
}
