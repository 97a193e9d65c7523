import type { CheckpointSelector } from '../contract/contract'
import { dimensionsOf, isSeries } from '../contract/domain'
import type { CompletionSource } from '../contract/records/completion'
import type { SampleClass } from '../contract/records/samples'
import type { TeacherForced } from '../contract/records/teacherForced'
import { UserError } from '../data/userError'
import { classesFor } from './completionClasses'
import { examplesOf } from './completionSource'
import type { StudioContext } from './context'
import { selectCheckpoint } from './selectCheckpoint'

export interface TeacherForcedInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  source: CompletionSource
  class?: SampleClass | undefined
}

/** Parameters of all conditionals of one example that are held at once: 512 MiB. */
const MOST_PARAMETERS = 2 ** 27
/** Values that one answer carries, of all examples. */
const MOST_VALUES = 2 ** 22

/** What every conditional says of some examples, or of levels that somebody gives, beside any training. */
export async function teacherForced(context: StudioContext, input: TeacherForcedInput, signal: AbortSignal | undefined): Promise<TeacherForced> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const chosen = await examplesOf(context, run, input.source)
  const { domain, levels, split, examples } = chosen
  const size = dimensionsOf(domain)
  if (size * domain.levels > MOST_PARAMETERS || levels.length > MOST_VALUES)
    throw new UserError(`${examples.length} examples of ${size} dimensions with ${domain.levels} levels are too many conditionals at once.`, {
      field: 'source',
      mend: isSeries(domain) ? 'Take a shorter part of it.' : 'Take fewer examples.',
    })
  const classes = classesFor(run, chosen, 1, input.class)
  const request = { model: run.model, domain, checkpointFolder: folder, weights, seed: run.training.seed, levels, classes }
  const answers = context.engines.withLight(signal, async function* (client) { yield await client.teacherForced(request, { signal }) })
  for await (const answer of answers) return { ...answer, domain, split, examples, classes: classes ?? null, checkpointStep: checkpoint.step, weights, levels }
  throw new Error('The engine gave no answer.')
}
