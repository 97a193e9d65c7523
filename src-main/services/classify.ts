import { conditioningOf } from '../contract/conditioning'
import type { CheckpointSelector } from '../contract/contract'
import type { SplitName } from '../contract/domain'
import type { Classification } from '../contract/records/classification'
import type { DatasetRecord } from '../contract/records/dataset'
import type { RunRecord } from '../contract/records/run'
import { openSplit } from '../data/openStore'
import { UserError } from '../data/userError'
import type { ClassifyProgress } from '../engine/client'
import { classPrior, classificationOf } from './classification'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { coalesced } from './eventHub'
import { refuseOtherDomain, scoringBatch } from './scores'
import { selectCheckpoint } from './selectCheckpoint'
import { streamJob } from './streamJob'

export interface ClassifyInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  datasetId?: string | undefined
  split: SplitName
  examples?: number | undefined
  prior: 'training' | 'uniform'
}

export interface ClassifyMessage {
  done: number
  total: number
  result: { classification: Classification; checkpointStep: number } | null
}

/** A class-conditional model as a classifier, by exact p(x | c) p(c), computed beside any training. */
export async function* classify(context: StudioContext, input: ClassifyInput, signal: AbortSignal | undefined): AsyncGenerator<ClassifyMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const { split } = input
  const dataset = datasetOfRun(context, run, input.datasetId)
  refuseOtherDomain(run, dataset, split)
  const classes = classesOf(run, dataset)
  const store = context.datasets.folderOf(dataset.id)
  const prior = classPrior(input.prior === 'training' ? ((await labelsOf(store, 'train')) ?? []) : [], classes)
  const request = {
    model: run.model,
    dataset: { folder: store, domain: dataset.domain },
    split,
    ...(input.examples === undefined ? {} : { examples: input.examples }),
    checkpointFolder: folder,
    weights,
    batchSize: scoringBatch(run),
    seed: run.training.seed,
  }
  const title = `Classifying ${dataset.name}, ${split}, with ${run.name}`
  const stream = streamJob(context, { kind: 'score', title, unit: 'examples', runId: run.id, datasetId: dataset.id }, signal, (jobSignal) =>
    context.engines.withLight(jobSignal, (client) => client.classify(request, { signal: jobSignal })),
  )
  for await (const { done, total, result } of coalesced(stream, (item: ClassifyProgress) => item.result !== null)) {
    if (!result) {
      yield { done, total, result: null }
      continue
    }
    const classNames = Array.from({ length: classes }, (_value, index) => dataset.labelNames?.[index] ?? String(index))
    const about = { domain: dataset.domain, split, weights, dataVariant: dataset.variant }
    yield { done, total, result: { classification: classificationOf({ ...result, prior, classNames }, about), checkpointStep: checkpoint.step } }
  }
}

function classesOf(run: RunRecord, dataset: DatasetRecord): number {
  const conditioning = conditioningOf(run.model, run.dataset.domain)
  if (conditioning?.kind !== 'class')
    throw new UserError(`${run.name} is not conditioned on classes, so it has no p(x | class) to classify by.`, {
      field: 'runId',
      mend: "Train a model with the condition 'class' on labelled data (train --set condition=class).",
    })
  if (dataset.domain.classes === undefined) throw noLabels(dataset)
  return conditioning.classes
}

const noLabels = ({ name }: DatasetRecord): UserError =>
  new UserError(`${name} has no labels to compare the classes with.`, { field: 'datasetId', mend: 'Import it with labels (--labels), or choose another data set.' })

async function labelsOf(folder: string, split: SplitName): Promise<Int32Array | null> {
  const reader = await openSplit(folder, split)
  try {
    return reader.count === 0 ? null : await reader.labelsOf(Int32Array.from({ length: reader.count }, (_value, index) => index))
  } finally {
    await reader.close()
  }
}
