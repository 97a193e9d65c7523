import { MaskError, maskWords, unknownDimensions } from '../contract/completionMask'
import type { CheckpointSelector } from '../contract/contract'
import type { Domain } from '../contract/domain'
import { dimensionsOf, isSeries } from '../contract/domain'
import { generationOrdering } from '../contract/inspect/generationOrdering'
import type { Branch, CompletionExactness, CompletionMask, CompletionRecipe, CompletionSet, CompletionSource } from '../contract/records/completion'
import type { ModelDocument } from '../contract/records/model'
import type { SampleClass } from '../contract/records/samples'
import { UserError } from '../data/userError'
import type { SampleProgress } from '../engine/client'
import { classesFor } from './completionClasses'
import { examplesOf } from './completionSource'
import type { StudioContext } from './context'
import { coalesced } from './eventHub'
import { LARGEST_SET } from './samples'
import { refuseOtherWeights, selectCheckpoint } from './selectCheckpoint'
import { streamJob } from './streamJob'
import type { LevelArray } from '../contract/levels'

export interface CompleteInput {
  runId: string
  checkpoint: CheckpointSelector
  /** What the weights of that checkpoint must be; any when absent. */
  weightsHash?: string | undefined
  weights?: 'raw' | 'ema' | undefined
  source: CompletionSource
  mask: CompletionMask
  draws: number
  first?: number | undefined
  seed: number
  temperature: number
  naive: boolean
  class?: SampleClass | undefined
  branch?: Branch | undefined
}

export interface CompleteMessage {
  done: number
  total: number
  set: CompletionSet | null
}

/** Keeps what the mask leaves of some examples and samples the rest, beside any training; the last message carries the completions. */
export async function* completeExamples(context: StudioContext, input: CompleteInput, signal: AbortSignal | undefined): AsyncGenerator<CompleteMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  refuseOtherWeights(run, checkpoint, input.weightsHash)
  const { draws, first = 0, seed, temperature, naive, mask } = input
  const chosen = await examplesOf(context, run, input.source)
  const { domain } = chosen
  const size = dimensionsOf(domain)
  const unknown = maskOver(mask, domain, run.model)
  if (input.branch) checkedEdits(input.branch, chosen.levels, unknown)
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
    first,
    seed,
    temperature,
    length: isSeries(domain) ? size : null,
    naive,
    classes,
    completion: { levels: chosen.levels, unknown, draws },
  }
  const title = `Completing ${chosen.examples.length === 1 ? 'an example' : `${chosen.examples.length} examples`} with ${run.name}, ${maskWords(mask)}`
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
      weightsHash: checkpoint.weightsHash,
      weights,
      split: chosen.split,
      examples: chosen.examples,
      ...(input.source.kind === 'examples' && input.source.length !== undefined ? { length: input.source.length } : {}),
      mask,
      draws,
      ...(first === 0 ? {} : { first }),
      seed,
      temperature,
      method,
      ...(input.class === undefined ? {} : { class: input.class }),
      ...(input.branch ? { branch: input.branch } : {}),
    }
    const shown = means && withKept(means, levels, unknown, domain)
    yield {
      done,
      total,
      set: { ...completion, recipe: drawn, domain, unknown, originals: chosen.levels, levels, means: shown, logProb, seconds, dimensionsPerSecond },
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
  const unknown = maskOver(mask, dataset.domain, model)
  const asked = { model, domain: dataset.domain, unknown }
  for await (const answer of engines.withLight(signal, async function* (client) { yield await client.completable(asked) })) return answer
  throw new Error('The engine gave no answer.')
}

function maskOver(mask: CompletionMask, domain: Domain, model: ModelDocument): Uint8Array<ArrayBuffer> {
  try {
    const unknown = unknownDimensions(mask, domain, mask.kind === 'steps' ? generationOrdering(model, domain) : undefined)
    if (unknown.every((flag) => flag === 0)) throw new MaskError('The mask leaves nothing to fill in. Keep less, or rub out some part.')
    return unknown
  } catch (error) {
    throw error instanceof MaskError ? new UserError(error.message, { field: 'mask', cause: error }) : error
  }
}

/** The edits that a branch tells of are what is kept. */
function checkedEdits({ edits }: Branch, levels: LevelArray, unknown: Uint8Array): void {
  for (const { dimension, to } of edits) {
    if (dimension >= unknown.length || unknown[dimension])
      throw new UserError(`Dimension ${dimension} was edited, but it is not kept: the model would draw it anew.`, { field: 'branch', mend: 'Edit what is generated before the branch only.' })
    if (levels[dimension] !== to) throw new UserError(`Dimension ${dimension} is said to be edited to ${to}, but what is given has ${levels[dimension]} there.`, { field: 'branch' })
  }
}

/** Mean intensities, with those of the kept dimensions being what was kept. */
function withKept(means: Uint8Array, levels: LevelArray, unknown: Uint8Array, domain: Domain): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(means, (mean, at) => (unknown[at % unknown.length] ? mean : Math.round((255 * levels[at]!) / (domain.levels - 1))))
}
