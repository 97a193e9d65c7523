import { classesOfSamples, conditioningOf } from '../contract/conditioning'
import { MaskError, maskWords, unknownDimensions } from '../contract/completionMask'
import type { CheckpointSelector } from '../contract/contract'
import type { Domain } from '../contract/domain'
import { dimensionsOf } from '../contract/domain'
import type { CompletionExactness, CompletionMask, CompletionRecipe, CompletionSet, CompletionSource } from '../contract/records/completion'
import type { RunRecord } from '../contract/records/run'
import type { SampleClass } from '../contract/records/samples'
import { UserError } from '../data/userError'
import type { SampleProgress } from '../engine/client'
import type { CompletedExamples } from './completionSource'
import { examplesOf } from './completionSource'
import type { StudioContext } from './context'
import { coalesced } from './eventHub'
import { LARGEST_SET } from './samples'
import { selectCheckpoint } from './selectCheckpoint'
import { streamJob } from './streamJob'

export interface CompleteInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  source: CompletionSource
  mask: CompletionMask
  draws: number
  seed: number
  temperature: number
  naive: boolean
  class?: SampleClass | undefined
}

export interface CompleteMessage {
  done: number
  total: number
  set: CompletionSet | null
}

/** Keeps what the mask leaves of some examples and samples the rest, beside any training; the last message carries the completions. */
export async function* completeExamples(context: StudioContext, input: CompleteInput, signal: AbortSignal | undefined): AsyncGenerator<CompleteMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const { draws, seed, temperature, naive, mask } = input
  const chosen = await examplesOf(context, run, input.source)
  const { domain } = chosen
  const size = dimensionsOf(domain)
  const unknown = maskOver(mask, domain)
  const count = chosen.examples.length * draws
  if (count * size > LARGEST_SET)
    throw new UserError(`${chosen.examples.length} examples completed ${draws} times each, of ${size} dimensions, are too many at once.`, {
      field: 'draws',
      mend: `At most ${Math.max(1, Math.floor(LARGEST_SET / size))} completions can be made together.`,
    })
  const classes = classesFor(run, chosen, draws, input.class)
  const request = {
    model: run.model,
    domain,
    checkpointFolder: folder,
    weights,
    count,
    seed,
    temperature,
    length: domain.kind === 'audio' ? size : null,
    naive,
    classes,
    completion: { levels: chosen.levels, unknown, draws },
  }
  const title = `Completing ${chosen.examples.length} examples with ${run.name}, ${maskWords(mask)}`
  const stream = streamJob(context, { kind: 'sample', title, unit: 'dimensions', runId: run.id }, signal, (jobSignal) =>
    context.engines.withLight(jobSignal, (client) => client.sample(request, { signal: jobSignal })),
  )
  for await (const { done, total, result } of coalesced(stream, (item: SampleProgress) => item.result !== null)) {
    if (!result?.completion) {
      yield { done, total, set: null }
      continue
    }
    const { method, levels, means, logProb, seconds, dimensionsPerSecond, completion } = result
    const drawn: CompletionRecipe = {
      runId: run.id,
      checkpointStep: checkpoint.step,
      weights,
      split: chosen.split,
      examples: chosen.examples,
      draws,
      seed,
      temperature,
      method,
    }
    const recipe: CompletionRecipe = input.class === undefined ? drawn : { ...drawn, class: input.class }
    const shown = means && withKept(means, levels, unknown, domain)
    yield {
      done,
      total,
      set: { ...completion, recipe, domain, unknown, originals: chosen.levels, levels, means: shown, logProb, seconds, dimensionsPerSecond },
    }
  }
}

/** Whether a run's model completes a mask exactly, before anything is drawn. */
export async function completionExactness(
  { runs, engines }: StudioContext,
  { runId, mask }: { runId: string; mask: CompletionMask },
  signal: AbortSignal | undefined,
): Promise<CompletionExactness> {
  const { model, dataset } = runs.get(runId)
  const unknown = maskOver(mask, dataset.domain)
  const asked = { model, domain: dataset.domain, unknown }
  for await (const answer of engines.withLight(signal, async function* (client) { yield await client.completable(asked) })) return answer
  throw new Error('The engine gave no answer.')
}

function maskOver(mask: CompletionMask, domain: Domain): Uint8Array<ArrayBuffer> {
  try {
    const unknown = unknownDimensions(mask, domain)
    if (unknown.every((flag) => flag === 0)) throw new MaskError('The mask leaves nothing to fill in. Keep less, or rub out some part.')
    return unknown
  } catch (error) {
    throw error instanceof MaskError ? new UserError(error.message, { field: 'mask', cause: error }) : error
  }
}

/** The class of each completion: the one asked for, or each example's own. undefined for a model that is not conditioned. */
function classesFor({ name, model, dataset }: RunRecord, { examples, labels }: CompletedExamples, draws: number, asked?: SampleClass): number[] | undefined {
  const conditioning = conditioningOf(model, dataset.domain)
  if (conditioning?.kind === 'vector')
    throw new UserError(`${name} is conditioned on vectors, which can only be given with data.`, { field: 'runId', mend: 'Complete with another model.' })
  if (!conditioning) {
    if (asked !== undefined) throw new UserError(`${name} is not conditioned on classes, so none can be chosen.`, { field: 'class', mend: 'Leave the class out.' })
    return undefined
  }
  const { classes } = conditioning
  if (typeof asked === 'number' && asked >= classes)
    throw new UserError(`${name} knows ${classes} classes, 0 to ${classes - 1}; there is no class ${asked}.`, { field: 'class' })
  if (asked !== undefined) return examples.flatMap(() => classesOfSamples(asked, draws, classes))
  if (!labels) throw new UserError(`${name} is conditioned on classes, but what is to be completed has no labels.`, { field: 'class', mend: 'Say which class it shall have.' })
  return labels.flatMap((label) => new Array<number>(draws).fill(label))
}

/** Mean intensities, with those of the kept dimensions being what was kept. */
function withKept(means: Uint8Array, levels: Uint8Array, unknown: Uint8Array, domain: Domain): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(means, (mean, at) => (unknown[at % unknown.length] ? mean : Math.round((255 * levels[at]!) / (domain.levels - 1))))
}
