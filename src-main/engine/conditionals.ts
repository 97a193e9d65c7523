import { dimensionsOf } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { conditionOf } from '../ml/evaluation/conditionOf'
import { isDensity, logMassOf, massesAt } from '../ml/evaluation/masses'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { conditionalsUnder } from './conditionalsOf'
import type { ConditionalsRequest } from './protocol'
import { requireClasses } from './requireClasses'
import { requireConditionals } from './requireConditionals'
import { levelsFrom } from '../contract/levels'

/** Every p(x_i | x_<i) of one example: the masses of all levels, D × K, and −log of the level's that is there, D. */
export async function conditionals(request: ConditionalsRequest) {
  await startEngine()
  const { domain, folder } = request.dataset
  const model = buildModel(request.model, domain, request.seed)
  requireConditionals(model, request.model)
  requireClasses(model, request.dataset)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  const source = await openSplit(folder, request.split)
  const D = dimensionsOf(domain)
  const { distribution } = model
  const { levels: K, parametersPerDimension: P } = distribution
  const density = isDensity(distribution)
  // Compiling takes longer than one pass op by op.
  const under = conditionalsUnder(model, weights, D, { compile: false })
  try {
    const levels = await source.read([request.index], 0)
    const condition = await conditionOf(source, model.conditioning, [request.index])
    // A density is asked at the centres of the levels' cells.
    const values = density ? levels.map((level) => level + 0.5) : levels
    const { parameters } = under.of({ values, rows: 1, condition, entropies: false })
    const masses = new Float32Array(D * K)
    const nats = new Float32Array(D)
    const own = new Float64Array(K)
    for (let dimension = 0; dimension < D; dimension++) {
      massesAt(distribution, parameters, dimension * P, own)
      masses.set(own, dimension * K)
      nats[dimension] = -logMassOf(distribution, parameters, dimension * P, levels[dimension]!, own)
    }
    const labels = await source.labelsOf([request.index])
    return { levels: levelsFrom(levels, domain), masses: bytesOf(masses), nats: bytesOf(nats), label: labels?.[0] ?? null, exact: !density }
  } finally {
    under.dispose()
    await source.close()
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(buffer, byteOffset, byteLength)
