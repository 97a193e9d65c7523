import type { CheckpointSelector } from '../contract/contract'
import type { CheckpointRecord, RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import { checkpointFiles } from '../engine/checkpointFiles'
import type { StudioContext } from './context'

export interface SelectedCheckpoint {
  run: RunRecord
  checkpoint: CheckpointRecord
  folder: string
  weights: 'raw' | 'ema'
}

/** A verified checkpoint and the weights to use: the moving average where there is one, unless chosen otherwise. */
export async function selectCheckpoint(
  { runs }: StudioContext,
  runId: string,
  selector: CheckpointSelector,
  weights?: 'raw' | 'ema',
): Promise<SelectedCheckpoint> {
  const run = runs.get(runId)
  const store = runs.checkpoints(runId)
  const checkpoint = await store.load(selector)
  const averaged = checkpoint.files.some(({ name }) => name === checkpointFiles.ema)
  if (weights === 'ema' && !averaged) {
    throw new UserError(`${run.name} was trained without a moving average of its weights.`, {
      field: 'weights',
      mend: 'Choose the raw weights, or train with the setting ema.',
    })
  }
  return { run, checkpoint, folder: store.folderOf(checkpoint.step), weights: weights ?? (averaged ? 'ema' : 'raw') }
}
