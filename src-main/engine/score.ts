import { dimensionsOf } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { ensembleModel } from '../ml/evaluation/ensemble'
import { exactNll, nllBatchShape } from '../ml/evaluation/likelihood'
import type { NllOptions } from '../ml/evaluation/likelihood'
import { BOUND_DRAWS } from '../ml/evaluation/logProb'
import { createScorer } from '../ml/evaluation/scorer'
import { entropyOfSplit, isTiny, totalProbability } from '../ml/evaluation/tinyDomain'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel, contextOf } from './buildModel'
import { readWeights } from './checkpointFiles'
import type { ScoreRequest } from './protocol'
import { requireClasses } from './requireClasses'

/** Progress of a score in examples, and with the last item the exact NLL of each example. */
export async function* score(request: ScoreRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, folder } = request.dataset
  const built = buildModel(request.model, domain, request.seed)
  const model = request.ensemble === undefined ? built : ensembleModel(built, request.ensemble)
  requireClasses(model, request.dataset)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  const source = await openSplit(folder, request.split)
  try {
    if (source.count === 0) throw new Error(`The data set has no examples in its ${request.split} split. Choose another split.`)
    const total = source.count
    const batchSize = Math.min(request.batchSize, model.evaluationBatchSize ?? request.batchSize)
    const sums = request.map ? new Float64Array(dimensionsOf(domain)) : null
    const options: NllOptions = { domain, source, batchSize, context: contextOf(model), conditioning: model.conditioning }
    if (sums) options.onPerDimension = (logProb, rows) => addUp(sums, logProb, rows)
    const scorer = createScorer(model, weights, nllBatchShape(options), request.seed)
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
      const breathe = async (): Promise<void> => {
        await new Promise(setImmediate)
        signal?.throwIfAborted()
      }
      const states =
        isTiny(domain) && !model.conditioning && !model.boundPerDimension
          ? {
              entropy: await entropyOfSplit(source, breathe),
              totalProbability: await totalProbability(scorer.logProb, domain, nllBatchShape(options)[0], breathe),
            }
          : null
      const draws = model.boundPerDimension ? BOUND_DRAWS : null
      const map = sums && Array.from(sums, (sum) => sum / total)
      yield { done: total, total, result: { nats: [...nats], dimensions: [...dimensions], draws, map, states } }
    } finally {
      scorer.dispose()
    }
  } finally {
    await source.close()
  }
}

/** Adds −log p of `rows` examples [rows, D] to the sums [D]. */
function addUp(sums: Float64Array, logProb: Float32Array, rows: number): void {
  const size = sums.length
  for (let at = 0; at < rows * size; at++) sums[at % size]! -= logProb[at]!
}
