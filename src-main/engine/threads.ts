import { availableParallelism } from 'node:os'
import type { FamilyDescription } from '../contract/inspect/family'

/** With more cores than this, operations are split even where they are small: there are not enough of them to fill the cores. */
const FEW_CORES = 4

/**
 * How TensorFlow divides a training step among the cores, as it reads it when its process starts. By default an operation is split between
 * all cores, two operations at a time. Where a step is many small operations the splitting costs more than it saves: whole ones beside each
 * other take a sixth (MADE) to a fifth (LSTM) less time on two cores. What is set by hand stands.
 */
export function threadEnvironment(
  { smallOperations }: Pick<FamilyDescription, 'smallOperations'>,
  cores = availableParallelism(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  if (!smallOperations || cores > FEW_CORES || env.TF_NUM_INTRAOP_THREADS !== undefined) return {}
  return { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: String(cores) }
}
