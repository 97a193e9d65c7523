import { dimensionsOf, isSeries } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { conditionOf } from '../ml/evaluation/conditionOf'
import { createExamination } from '../ml/evaluation/examination'
import { isDensity } from '../ml/evaluation/masses'
import { randomStream } from '../ml/tensor/random'
import { startEngine } from '../ml/tensor/startEngine'
import { validationIndices } from '../ml/training/validation'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { conditionalsUnder } from './conditionalsOf'
import type { ExamineRequest } from './protocol'
import { requireClasses } from './requireClasses'
import { requireConditionals } from './requireConditionals'

/** As in a score: the same examples for every run. */
export const SUBSET_SEED = 0
/** Of the numbers that make integral transforms of discrete levels uniform, and of the noise of a density's dequantised values. */
export const EXAMINATION_SEED = 0
/** Numbers of all conditionals that are held at a time. */
const MOST_NUMBERS = 2 ** 22

/** Progress in examples, and with the last item what ml/evaluation's examination gathered of them. */
export async function* examine(request: ExamineRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, folder } = request.dataset
  if (isSeries(domain)) throw new Error('Sequences have no conditionals of one common shape. Score them instead.')
  const model = buildModel(request.model, domain, request.seed)
  requireConditionals(model, request.model)
  requireClasses(model, request.dataset)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  const source = await openSplit(folder, request.split)
  const D = dimensionsOf(domain)
  const { distribution } = model
  const density = isDensity(distribution)
  const conditionals = conditionalsUnder(model, weights, D, { compile: true })
  try {
    const chosen = request.examples === undefined || request.examples >= source.count ? null : await validationIndices(source, request.examples, SUBSET_SEED)
    const indices = chosen ?? Uint32Array.from({ length: source.count }, (_value, index) => index)
    const total = indices.length
    const fitting = Math.floor(MOST_NUMBERS / (D * distribution.parametersPerDimension))
    const batchSize = Math.max(1, Math.min(request.batchSize, model.evaluationBatchSize ?? Infinity, fitting, total))
    const examination = createExamination({ distribution, dimensions: D, examples: total, seed: EXAMINATION_SEED })
    for (let first = 0; first < total; first += batchSize) {
      const asked = indices.subarray(first, Math.min(total, first + batchSize))
      const levels = await source.read(asked, 0)
      const values = density ? dequantised(levels, asked, D) : levels
      const condition = await conditionOf(source, model.conditioning, asked)
      const { parameters, entropies } = conditionals.of({ values, rows: asked.length, condition, entropies: density })
      asked.forEach((index, row) =>
        examination.add({ parameters, offset: row * D * distribution.parametersPerDimension, values, entropies, place: row * D, index }),
      )
      yield { done: Math.min(total, first + batchSize), total, result: null }
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    }
    const { nats, expected, variance, meanNats, meanExpected, pit, reliability } = examination.finish()
    const labels = await source.labelsOf(indices)
    yield {
      done: total,
      total,
      result: {
        nats: [...nats],
        expected: [...expected],
        variance: variance && [...variance],
        meanNats: [...meanNats],
        meanExpected: [...meanExpected],
        pit,
        reliability,
        draws: density ? 1 : null,
        indices: [...indices],
        labels: labels && [...labels],
        subset: chosen && { of: source.count, by: labels ? ('class' as const) : ('chance' as const), seed: SUBSET_SEED },
      },
    }
  } finally {
    conditionals.dispose()
    await source.close()
  }
}

/** y = x + u, u ~ U[0, 1) of (seed, example). */
function dequantised(levels: Float32Array, indices: Uint32Array, dimensions: number): Float32Array {
  const values = new Float32Array(levels.length)
  indices.forEach((index, row) => {
    const noise = randomStream(EXAMINATION_SEED, 'dequantise', index).fillUniform(new Float32Array(dimensions))
    noise.forEach((drawn, dimension) => (values[row * dimensions + dimension] = levels[row * dimensions + dimension]! + drawn))
  })
  return values
}
