import { dimensionsOf } from '../contract/domain'
import { figuresOfMasses, isDensity, logMassOf, massesAt } from '../ml/evaluation/masses'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { conditionalsUnder } from './conditionalsOf'
import type { TeacherForcedRequest } from './protocol'
import { requireConditionals } from './requireConditionals'
import type { Distribution } from '../ml/distributions/distribution'
import { levelArray } from '../contract/levels'

/**
 * What every p(x_i | x_<i) says of levels that are given, n × D, each under the true values before it: −log of the level that is there, entropy
 * (nats), mean and mode.
 */
export async function teacherForced(request: TeacherForcedRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, levels, classes } = request
  const model = buildModel(request.model, domain, request.seed)
  requireConditionals(model, request.model)
  const weights = await readWeights(request.checkpointFolder, model, request.weights)
  signal?.throwIfAborted()
  const D = dimensionsOf(domain)
  const { distribution } = model
  const { levels: K, parametersPerDimension: P } = distribution
  const density = isDensity(distribution)
  // Compiling takes longer than a few passes op by op.
  const under = conditionalsUnder(model, weights, D, { compile: false })
  const [nats, entropies] = [new Float32Array(levels.length), new Float32Array(levels.length)]
  const means = new Uint8Array(levels.length)
  const modes = new (levelArray(K))(levels.length)
  const { figuresAt } = distribution
  const masses = new Float64Array(figuresAt ? 0 : K)
  try {
    for (let start = 0; start < levels.length; start += D) {
      const own = levels.subarray(start, start + D)
      // A density is asked at the centres of the levels' cells.
      const values = Float32Array.from(own, (level) => level + (density ? 0.5 : 0))
      const condition = classes ? Float32Array.of(classes[start / D]!) : null
      const { parameters } = under.of({ values, rows: 1, condition, entropies: false })
      for (let dimension = 0; dimension < D; dimension++) {
        const [at, offset] = [start + dimension, dimension * P]
        const figures = figuresAt
          ? { ...figuresAt(parameters, offset), logProb: distribution.logProbAt(parameters, offset, own[dimension]!) }
          : ofMasses(distribution, parameters, offset, own[dimension]!, masses)
        nats[at] = -figures.logProb
        entropies[at] = figures.entropy
        modes[at] = figures.mode
        means[at] = Math.round((255 * figures.mean) / (K - 1))
      }
      // Other requests get their turn, and a cancel gets through.
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    }
    return { nats: bytesOf(nats), entropies: bytesOf(entropies), means, modes, exact: !density }
  } finally {
    under.dispose()
  }
}

function ofMasses(distribution: Distribution, parameters: Float32Array, offset: number, level: number, masses: Float64Array) {
  massesAt(distribution, parameters, offset, masses)
  const logProb = logMassOf(distribution, parameters, offset, level, masses)
  const { entropy, mode } = figuresOfMasses(masses, level, () => logProb)
  return { logProb, entropy, mode, mean: meanOf(masses) }
}

function meanOf(masses: Float64Array): number {
  let [sum, total] = [0, 0]
  masses.forEach((mass, level) => {
    sum += mass * level
    total += mass
  })
  return total > 0 ? sum / total : 0
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(buffer, byteOffset, byteLength)
