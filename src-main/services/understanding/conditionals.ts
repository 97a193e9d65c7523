import type { CheckpointSelector } from '../../contract/contract'
import type { SplitName } from '../../contract/domain'
import { dimensionsOf, nllUnit } from '../../contract/domain'
import type { ExampleConditionals } from '../../contract/records/understanding'
import { UserError } from '../../data/userError'
import type { StudioContext } from '../context'
import { datasetOfRun } from '../datasetOfRun'
import { refuseOtherDomain } from '../scores'
import { selectCheckpoint } from '../selectCheckpoint'
import { CONDITIONALS_KEPT, recentOf } from './recent'

export interface ConditionalsInput {
  runId: string
  checkpoint: CheckpointSelector
  weights?: 'raw' | 'ema' | undefined
  datasetId?: string | undefined
  split: SplitName
  index: number
}

/** Probabilities that one answer may carry: 32 MiB. A window asks once and then answers every pixel from what it has. */
const MOST_MASSES = 2 ** 23

/** Every p(x_i | x_<i) of one example under a checkpoint, computed beside any training. */
export async function exampleConditionals(context: StudioContext, input: ConditionalsInput, signal: AbortSignal | undefined): Promise<ExampleConditionals> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  const { split, index } = input
  const dataset = datasetOfRun(context, run, input.datasetId)
  const { domain } = dataset
  refuseOtherDomain(run, dataset, split)
  if (nllUnit(domain) !== 'nats/example')
    throw new UserError(`${dataset.name} holds ${domain.kind === 'video' ? 'video' : domain.kind === 'text' ? 'text' : 'sounds'}; only the conditionals of images and tables can be looked at so far.`, { field: 'datasetId' })
  if (index >= dataset.counts[split])
    throw new UserError(`There is no example ${index}: the ${split} split of ${dataset.name} has ${dataset.counts[split]}, numbered from 0.`, { field: 'index' })
  const size = dimensionsOf(domain) * domain.levels
  if (size > MOST_MASSES)
    throw new UserError(`An example of ${dimensionsOf(domain)} dimensions with ${domain.levels} levels has ${size} probabilities, more than the ${MOST_MASSES} that are shown together.`, {
      field: 'datasetId',
      mend: 'Import the images smaller, or with fewer levels.',
    })
  const recent = recentOf<ExampleConditionals>(context, 'conditionals', CONDITIONALS_KEPT)
  const key = [run.id, checkpoint.weightsHash, weights, dataset.id, dataset.store.sha256[split], split, index].join(':')
  const known = recent.get(key)
  if (known) return known
  const request = {
    model: run.model,
    dataset: { folder: context.datasets.folderOf(dataset.id), domain },
    split,
    checkpointFolder: folder,
    weights,
    seed: run.training.seed,
    index,
  }
  for await (const found of context.engines.withLight(signal, async function* (client) { yield await client.conditionals(request) })) {
    const answer = { ...found, domain, split, index, checkpointStep: checkpoint.step, weights }
    recent.set(key, answer)
    return answer
  }
  throw new Error('The engine gave no answer.')
}
