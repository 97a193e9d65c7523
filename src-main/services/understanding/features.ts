import type { CheckpointSelector } from '../../contract/contract'
import type { SplitName } from '../../contract/domain'
import type { Features } from '../../contract/records/understanding'
import type { FeaturesProgress } from '../../engine/client'
import type { StudioContext } from '../context'
import { datasetOfRun } from '../datasetOfRun'
import { coalesced } from '../eventHub'
import { refuseOtherDomain, scoringBatch } from '../scores'
import { selectCheckpoint } from '../selectCheckpoint'
import { streamJob } from '../streamJob'

export interface FeaturesInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  datasetId?: string | undefined
  split: SplitName
  layer?: string | undefined
}

export interface FeaturesMessage {
  done: number
  total: number
  result: Features | null
}

/** Activations of a hidden layer for every example of a split, computed beside any training. */
export async function* features(context: StudioContext, input: FeaturesInput, signal: AbortSignal | undefined): AsyncGenerator<FeaturesMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const dataset = datasetOfRun(context, run, input.datasetId)
  const { split } = input
  refuseOtherDomain(run, dataset, split)
  const request = {
    model: run.model,
    dataset: { folder: context.datasets.folderOf(dataset.id), domain: dataset.domain },
    split,
    checkpointFolder: folder,
    weights,
    batchSize: scoringBatch(run),
    seed: run.training.seed,
    ...(input.layer === undefined ? {} : { layer: input.layer }),
  }
  const title = `Features of ${dataset.name}, ${split}, under ${run.name}`
  const stream = streamJob(context, { kind: 'score', title, unit: 'examples', runId: run.id, datasetId: dataset.id }, signal, (jobSignal) =>
    context.engines.withLight(jobSignal, (client) => client.features(request, { signal: jobSignal })),
  )
  for await (const { done, total, result } of coalesced(stream, (item: FeaturesProgress) => item.result !== null))
    yield { done, total, result: result && { ...result, checkpointStep: checkpoint.step, weights, split, examples: total } }
}
