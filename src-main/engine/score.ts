import { openSplit } from '../data/openStore'
import { exactNll, nllBatchShape } from '../ml/evaluation/likelihood'
import { createScorer } from '../ml/evaluation/scorer'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel, contextOf } from './buildModel'
import { readWeights } from './checkpointFiles'
import type { ScoreRequest } from './protocol'
import { requireClasses } from './requireClasses'

/** Progress of a score in examples, and with the last item the exact NLL of each example. */
export async function* score(request: ScoreRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, folder } = request.dataset
  const model = buildModel(request.model, domain, request.seed)
  requireClasses(model, request.dataset)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  const source = await openSplit(folder, request.split)
  try {
    if (source.count === 0) throw new Error(`The data set has no examples in its ${request.split} split. Choose another split.`)
    const total = source.count
    const options = { domain, source, batchSize: request.batchSize, context: contextOf(model), conditioning: model.conditioning }
    const scorer = createScorer(model, weights, nllBatchShape(options))
    try {
      const scoring = exactNll(scorer.logProb, options)
      let result = await scoring.next()
      while (!result.done) {
        yield { done: Math.round(result.value * total), total, result: null }
        await new Promise(setImmediate)
        signal?.throwIfAborted()
        result = await scoring.next()
      }
      const { nats, dimensions } = result.value
      yield { done: total, total, result: { nats: [...nats], dimensions: [...dimensions] } }
    } finally {
      scorer.dispose()
    }
  } finally {
    await source.close()
  }
}
