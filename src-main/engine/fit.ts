import { performance } from 'node:perf_hooks'
import type { EngineInfo } from '../contract/records/run'
import type { SplitReader } from '../data/packedStore'
import { exactNll, nllBatchShape, summarizeNll } from '../ml/evaluation/likelihood'
import { createScorer } from '../ml/evaluation/scorer'
import type { DataStatistics, Model } from '../ml/models/model'
import { fittedParameters } from '../ml/training/fitting'
import type { TensorMap } from '../ml/training/learner'
import { weightsHash } from '../ml/training/weightsHash'
import { contextOf } from './buildModel'
import { writeCheckpointTensors } from './checkpointFiles'
import { createGallery } from './gallery'
import type { TrainEvent, TrainRequest } from './protocol'

interface Parts {
  model: Model
  engine: EngineInfo
  statistics: DataStatistics
  source: SplitReader
  valid: SplitReader
  signal?: AbortSignal
}

/** A model whose parameters are counted, not trained: the parameters come from one pass over the data, and its only checkpoint is step 1. */
export async function* fitModel(request: TrainRequest, { model, engine, statistics, source, valid, signal }: Parts): AsyncGenerator<TrainEvent, void> {
  const { runFolder, training, dataset, model: document } = request
  const { domain } = dataset
  const started = performance.now()
  const { parameters: fitted, chosen } = await fittedParameters(model, {
    domain,
    statistics,
    source,
    valid,
    breathe: async () => {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    },
  })
  const weights: TensorMap = new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: fitted[name]! }]))
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0)
  yield { type: 'started', parameters, engine, execution: null, stepsPerEpoch: 1, totalSteps: 1 }

  const at = () => ({ step: 1, epoch: 1, seconds: (performance.now() - started) / 1000 })
  let score: { nats: number; bitsPerDim: number; standardError: number } | null = null
  if (valid.count > 0) {
    const options = { domain, source: valid, batchSize: training.batchSize, context: contextOf(model), conditioning: model.conditioning }
    const scorer = createScorer(model, weights, nllBatchShape(options))
    try {
      const scoring = exactNll(scorer.logProb, options)
      let result = await scoring.next()
      while (!result.done) {
        await new Promise(setImmediate)
        result = await scoring.next()
      }
      const { dimensions: _dimensions, ...summary } = summarizeNll(result.value, domain)
      score = summary
      yield { type: 'metrics', points: [{ kind: 'valid', ...at(), ...summary, weights: 'raw' }], fraction: 1, etaSeconds: 0 }
    } finally {
      scorer.dispose()
    }
  }
  const hash = weightsHash(weights)
  const { folder, files } = await writeCheckpointTensors(runFolder, 1, { weights, ema: null, optimizer: null }, { format: 'chainrule', family: document.family, step: '1' })
  const validated = score && { nats: score.nats, bitsPerDim: score.bitsPerDim, standardError: score.standardError, weights: 'raw' as const }
  yield { type: 'checkpoint', ...at(), folder, files, weightsHash: hash, trainerState: { chosen }, train: null, valid: validated, best: true }
  const file = await createGallery({ model, domain, training, runFolder }).draw(1, Infinity, weights)
  if (file) yield { type: 'gallery', step: 1, file }
  yield { type: 'finished', reason: 'fitted', step: 1, weightsHash: hash }
}
