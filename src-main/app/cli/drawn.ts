import type { CheckpointSelector } from '../../contract/contract'
import type { DrawnPart, SampleClass, SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { Session } from './command'
import { featuresAsked } from './featuresAsked'
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
  prompt?: string
  naive?: boolean
  class?: string
  featuresOf?: string
  features?: string
}

/** Samples of one checkpoint; null after a cancel. `onPart`: audio, hears of each part as soon as it is drawn. */
export async function drawn(
  { client, output, signal }: Session,
  flags: DrawFlags,
  checkpoint: CheckpointSelector,
  onPart?: (part: DrawnPart) => Promise<void>,
): Promise<SampleSet | null> {
  const { run, count, first, seed, temperature, prompt, length, naive = false } = flags
  const stream = await client.samples.draw(
    {
      runId: run,
      checkpoint,
      ...{ count, first, seed, temperature, prompt, length, naive },
      ...(flags.weights ? { weights: flags.weights } : {}),
      ...(flags.seconds === undefined ? {} : { seconds: flags.seconds }),
      ...(flags.class === undefined ? {} : { class: sampleClass(flags.class) }),
      ...(await featuresAsked(flags)),
      ...(onPart ? { parts: true } : {}),
    },
    { signal },
  )
  return streamedResult(onPart ? heard(stream, onPart) : stream, output, 'steps', (item) => item.set)
}

/** The same stream, its parts handed on in order. */
async function* heard<Item extends { parts?: DrawnPart[] | undefined }>(stream: AsyncIterable<Item>, onPart: (part: DrawnPart) => Promise<void>): AsyncGenerator<Item, void> {
  for await (const item of stream) {
    for (const part of item.parts ?? []) await onPart(part)
    yield item
  }
}

export function sampleClass(given: string): SampleClass {
  if (given === 'each') return given
  const index = Number(given)
  if (given.trim() === '' || !Number.isInteger(index) || index < 0)
    throw new UserError(`--class ${given}: a class is a whole number from 0, or each.`, { field: 'class' })
  return index
}
