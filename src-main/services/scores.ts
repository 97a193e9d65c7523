import { toldFeatures } from '../contract/conditioning'
import type { CheckpointSelector } from '../contract/contract'
import type { Domain, SplitName } from '../contract/domain'
import { isSeries, nllUnit } from '../contract/domain'
import { familyDescription } from '../contract/inspect/registry'
import { sameText } from '../contract/text'
import type { Likelihood, NllMap } from '../contract/likelihood'
import type { DatasetRecord } from '../contract/records/dataset'
import type { RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import type { ScoreProgress } from '../engine/client'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { coalesced } from './eventHub'
import { likelihoodOf } from './likelihood'
import { forgetPerExample, perExampleFile, writePerExample } from './perExample'
import { selectCheckpoint } from './selectCheckpoint'
import { streamJob } from './streamJob'

export interface ScoreInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  datasetId?: string | undefined
  split: SplitName
  perExample: boolean
  ensemble?: number | undefined
  importanceSamples?: number | undefined
  examples?: number | undefined
  map: boolean
}

export interface ScoreMessage {
  done: number
  total: number
  result: { likelihood: Likelihood; perExample: number[] | null; indices: number[] | null; map: NllMap | null; checkpointStep: number } | null
}

const SCORES_KEPT = 50

/** Exact NLL of a whole split, computed beside any training, and remembered with the run. */
export async function* score(
  context: StudioContext,
  input: ScoreInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<ScoreMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const dataset = datasetOfRun(context, run, input.datasetId)
  refuseOtherDomain(run, dataset, input.split)
  if (input.map && nllUnit(dataset.domain) !== 'nats/example')
    throw new UserError(`${dataset.name} holds ${dataset.domain.kind === 'video' ? 'clips of video' : 'clips of different length'}, which have no common map.`, { field: 'map', mend: 'Score it without a map.' })
  refuseImportance(run, input.importanceSamples)
  const title = `Scoring ${run.name} on ${dataset.name}, ${input.split}`
  const request = {
    model: run.model,
    dataset: { folder: context.datasets.folderOf(dataset.id), domain: withOwnFeatures(run, dataset.domain) },
    split: input.split,
    checkpointFolder: folder,
    weights,
    batchSize: scoringBatch(run),
    seed: run.training.seed,
    map: input.map,
    ...(input.ensemble === undefined ? {} : { ensemble: input.ensemble }),
    ...(input.importanceSamples === undefined ? {} : { importanceSamples: input.importanceSamples }),
    ...(input.examples === undefined ? {} : { examples: input.examples }),
  }
  const stream = streamJob(context, { kind: 'score', title, unit: 'examples', runId: run.id, datasetId: dataset.id }, signal, (jobSignal) =>
    context.engines.withLight(jobSignal, (client) => client.score(request, { signal: jobSignal })),
  )
  for await (const { done, total, result } of coalesced(stream, (item: ScoreProgress) => item.result !== null)) {
    if (!result) {
      yield { done, total, result: null }
      continue
    }
    const infinite = result.nats.findIndex((value) => !Number.isFinite(value))
    if (infinite >= 0)
      throw new UserError(
        `Example ${result.subset?.indices[infinite] ?? infinite} of the ${input.split} split has no finite likelihood under this checkpoint, so neither has the split.`,
        { mend: 'Choose another checkpoint.' },
      )
    const likelihood = likelihoodOf(result, { domain: dataset.domain, split: input.split, weights, dataVariant: variantOf(run, dataset) })
    const entry = { ...likelihood, checkpointStep: checkpoint.step, scoredAt: new Date().toISOString(), dataset: dataset.id }
    await remember(context, run.id, entry, result)
    const map = result.map && { shape: dataset.domain.shape, nats: result.map }
    yield { done, total, result: { likelihood, perExample: input.perExample ? result.nats : null, indices: result.subset?.indices ?? null, map, checkpointStep: checkpoint.step } }
  }
}

/** The figure in the run's record, the NLL of each example beside it: what two runs are compared by. */
async function remember(
  { runs }: StudioContext,
  runId: string,
  entry: Omit<RunRecord['scores'][number], 'perExample'>,
  result: NonNullable<ScoreProgress['result']>,
): Promise<void> {
  if (!runs.has(runId)) return
  const perExample = perExampleFile(entry)
  await writePerExample(runs.folderOf(runId), perExample, result)
  const before = runs.get(runId).scores
  const scores = [{ ...entry, perExample }, ...before].slice(0, SCORES_KEPT)
  await runs.save(runId, { scores })
  await forgetPerExample(runs.folderOf(runId), before, scores)
}

/** Draws of latents can be asked for only where there are latents. */
function refuseImportance({ name, model }: RunRecord, importanceSamples: number | undefined): void {
  const { title, latents } = familyDescription(model.family)
  if (importanceSamples === undefined || latents) return
  throw new UserError(`${name} is a ${title}, which has no latent variables: its score weighs no draws.`, { field: 'importanceSamples', mend: 'Score it without.' })
}

export function refuseOtherDomain(run: RunRecord, dataset: DatasetRecord, split: SplitName): void {
  if (dataset.counts[split] === 0) {
    throw new UserError(`${dataset.name} has no examples in its ${split} split.`, { field: 'split', mend: 'Choose another split.' })
  }
  const own = run.dataset.domain
  const other = dataset.domain
  const sameShape = sameText(own, other) && (isSeries(own) ? own.sampleRate === other.sampleRate : own.shape.join() === other.shape.join())
  if (own.kind !== other.kind || own.levels !== other.levels || !sameShape || nllUnit(own) !== nllUnit(other)) {
    throw new UserError(`${run.name} models ${describe(own)}; ${dataset.name} holds ${describe(other)}.`, {
      field: 'datasetId',
      mend: 'Score it on a data set of the same kind, shape, levels and alphabet.',
    })
  }
}

/** What stands beside every NLL: how the data were prepared, and what the model was told of each recording. */
function variantOf(run: RunRecord, { variant }: DatasetRecord): string {
  const told = toldFeatures(run)
  return told === null ? variant : `${variant}; of p(x | features), ${told}: not comparable with p(x)`
}

/** A model that is conditioned on features takes them by the mean and deviation that it was trained with, of whatever recordings they are. */
function withOwnFeatures({ dataset }: RunRecord, { features: _features, ...domain }: Domain): Domain {
  return dataset.domain.features ? { ...domain, features: dataset.domain.features } : domain
}

const describe = ({ kind, shape, levels, sampleRate }: DatasetRecord['domain']): string =>
  `${kind} of ${kind === 'audio' ? `${sampleRate ?? '?'} Hz` : shape.join('×')} with ${levels} levels`

/** Training's own batch, within what scoring on half of the cores does well. */
export const scoringBatch = ({ training }: RunRecord): number => Math.min(training.batchSize, 256)
