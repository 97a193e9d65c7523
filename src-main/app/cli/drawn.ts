import type { CheckpointSelector } from '../../contract/contract'
import type { SampleClass, SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { Session } from './command'
import type { ResultFlags } from './resultFlags'
import { streamedResult } from './streamedResult'

/** What is drawn. */
export interface DrawFlags extends ResultFlags {
  count: number
  seed: number
  temperature: number
  seconds?: number
  first?: number
  length?: number
  naive?: boolean
  class?: string
}

/** Samples of one checkpoint; null after a cancel. */
export async function drawn({ client, output, signal }: Session, flags: DrawFlags, checkpoint: CheckpointSelector): Promise<SampleSet | null> {
  const { run, count, first, seed, temperature, length, naive = false } = flags
  const stream = await client.samples.draw(
    {
      runId: run,
      checkpoint,
      ...{ count, first, seed, temperature, length, naive },
      ...(flags.weights ? { weights: flags.weights } : {}),
      ...(flags.seconds === undefined ? {} : { seconds: flags.seconds }),
      ...(flags.class === undefined ? {} : { class: sampleClass(flags.class) }),
    },
    { signal },
  )
  return streamedResult(stream, output, 'steps', (item) => item.set)
}

export function sampleClass(given: string): SampleClass {
  if (given === 'each') return given
  const index = Number(given)
  if (given.trim() === '' || !Number.isInteger(index) || index < 0)
    throw new UserError(`--class ${given}: a class is a whole number from 0, or each.`, { field: 'class' })
  return index
}
