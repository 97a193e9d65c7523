import { join } from 'node:path'
import type { CheckpointSelector } from '../../contract/contract'
import type { Filters } from '../../contract/records/understanding'
import { checkpointFiles } from '../../engine/checkpointFiles'
import { filtersOf } from '../../ml/evaluation/filters'
import { readSafetensors } from '../../storage/safetensors'
import type { StudioContext } from '../context'
import { selectCheckpoint } from '../selectCheckpoint'

/** The weights of a checkpoint as pictures; none for families whose weights are no pictures. */
export async function filters(
  context: StudioContext,
  input: { runId: string; checkpoint: CheckpointSelector; weights?: 'raw' | 'ema' | undefined; most: number },
): Promise<Filters[]> {
  const { run, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const { tensors } = await readSafetensors(join(folder, weights === 'raw' ? checkpointFiles.weights : checkpointFiles.ema))
  return filtersOf(run.model, run.dataset.domain, tensors, input.most).map(({ values, names, ...rest }) => ({
    ...rest,
    names,
    count: names.length,
    values: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }))
}
