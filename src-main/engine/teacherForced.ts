import { dimensionsOf } from '../contract/domain'
import { figuresOfMasses, isDensity, logMassOf, massesAt } from '../ml/evaluation/masses'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { conditionalsUnder } from './conditionalsOf'
import type { TeacherForcedRequest } from './protocol'
import { requireConditionals } from './requireConditionals'

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
  const [means, modes] = [new Uint8Array(levels.length), new Uint8Array(levels.length)]
  const masses = new Float64Array(K)
  try {
    for (let start = 0; start < levels.length; start += D) {
      const own = levels.subarray(start, start + D)
      // A density is asked at the centres of the levels' cells.
      const values = Float32Array.from(own, (level) => level + (density ? 0.5 : 0))
      const condition = classes ? Float32Array.of(classes[start / D]!) : null
      const { parameters } = under.of({ values, rows: 1, condition, entropies: false })
      for (let dimension = 0; dimension < D; dimension++) {
        const [at, offset] = [start + dimension, dimension * P]
        massesAt(distribution, parameters, offset, masses)
        const logProb = logMassOf(distribution, parameters, offset, own[dimension]!, masses)
        const { entropy, mode } = figuresOfMasses(masses, own[dimension]!, () => logProb)
        nats[at] = -logProb
        entropies[at] = entropy
        modes[at] = mode
        means[at] = Math.round((255 * meanOf(masses)) / (K - 1))
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

function meanOf(masses: Float64Array): number {
  let [sum, total] = [0, 0]
  masses.forEach((mass, level) => {
    sum += mass * level
    total += mass
  })
  return total > 0 ? sum / total : 0
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(buffer, byteOffset, byteLength)
