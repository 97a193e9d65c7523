import { openSplit } from '../data/openStore'
import { exactNll, nllBatchShape } from '../ml/evaluation/likelihood'
import type { NllOptions } from '../ml/evaluation/likelihood'
import { BOUND_DRAWS } from '../ml/evaluation/logProb'
import { createScorer } from '../ml/evaluation/scorer'
import { startEngine } from '../ml/tensor/startEngine'
import { validationIndices } from '../ml/training/validation'
import { buildModel, contextOf } from './buildModel'
import { readWeights } from './checkpointFiles'
import type { ClassifyRequest } from './protocol'
import { requireClasses } from './requireClasses'

/** As in a score: the same examples for every run. */
const SUBSET_SEED = 0

/** Progress in examples, and with the last item −log p(x | c) of each example under every class. */
export async function* classify(request: ClassifyRequest, signal?: AbortSignal) {
  await startEngine()
  const { dataset, split, seed } = request
  const model = buildModel(request.model, dataset.domain, seed)
  const { conditioning } = model
  if (conditioning?.kind !== 'class') throw new Error('Only a model that is conditioned on classes can classify.')
  requireClasses(model, dataset)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  const source = await openSplit(dataset.folder, split)
  try {
    const chosen = request.examples === undefined || request.examples >= source.count ? null : await validationIndices(source, request.examples, SUBSET_SEED)
    const indices = chosen ?? Int32Array.from({ length: source.count }, (_value, index) => index)
    const labels = await source.labelsOf(indices)
    if (!labels) throw new Error(`The ${split} split has no labels to compare with.`)
    const total = indices.length
    const batchSize = Math.min(request.batchSize, model.evaluationBatchSize ?? request.batchSize)
    const optionsOf = (label: number): NllOptions => ({
      domain: dataset.domain,
      // Every example as if it had this label.
      source: { ...source, labelsOf: async (asked) => new Int32Array(asked.length).fill(label) },
      indices,
      batchSize,
      context: contextOf(model),
      frame: model.frame,
      conditioning,
    })
    const scorer = createScorer(model, weights, nllBatchShape(optionsOf(0)), seed)
    try {
      const nats: number[][] = []
      let dimensions: number[] = []
      for (let label = 0; label < conditioning.classes; label++) {
        const scoring = exactNll(scorer.logProb, optionsOf(label))
        let result = await scoring.next()
        while (!result.done) {
          yield { done: Math.round(((label + result.value) / conditioning.classes) * total), total, result: null }
          await new Promise(setImmediate)
          signal?.throwIfAborted()
          result = await scoring.next()
        }
        nats.push([...result.value.nats])
        dimensions = [...result.value.dimensions]
      }
      yield { done: total, total, result: { nats, dimensions, labels: [...labels], draws: model.boundPerDimension ? BOUND_DRAWS : null } }
    } finally {
      scorer.dispose()
    }
  } finally {
    await source.close()
  }
}
