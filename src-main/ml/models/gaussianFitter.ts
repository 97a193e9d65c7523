import type { GaussianConfig } from '../../contract/inspect/gaussian'
import { HALF_LOG_TWO_PI } from '../distributions/normal'
import { numbersOf } from '../tensor/numbersOf'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { choleskyFactor, solveLower, transposedInverse } from './cholesky'
import type { Fitter } from './model'

/** Validation examples that λ is chosen on: enough for its shallow optimum. */
const MOST_VALIDATION_NUMBERS = 2 ** 20
const MOST_VALIDATION_EXAMPLES = 1000

const COARSE = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]

type Breathe = () => Promise<void>

/**
 * Moments of z = 2y/K − 1: mean m and covariance S = E[zzᵀ] − mmᵀ of the levels' centres, and for a density the variance of dequantisation,
 * (2/K)²/12, on the diagonal. Then Σ = S shrunk by λ, Σ = L Lᵀ, and from L the regressions of each dimension on the earlier ones.
 */
export function gaussianFitter(config: GaussianConfig, dimensions: number, levels: number): Fitter {
  const D = dimensions
  const centre = new Float64Array(D)
  const products = new Float64Array(D * D)
  const sums = new Float64Array(D)
  let rows = 0
  const validation: Float32Array[] = []
  const mostValidation = Math.min(MOST_VALIDATION_EXAMPLES, Math.max(64, Math.floor(MOST_VALIDATION_NUMBERS / D)))
  const chosen: Record<string, number> = {}
  const scaled = (level: number): number => (2 * (level + 0.5)) / levels - 1

  return {
    chosen,
    add(values, count) {
      if (rows === 0) {
        // Any centre near the mean does: it keeps the sums small. The first batch's mean is one.
        for (let at = 0; at < values.length; at++) centre[at % D] = centre[at % D]! + scaled(values[at]!) / count
      }
      const centred = Float32Array.from(values, (level, at) => scaled(level) - centre[at % D]!)
      const product = numbersOf(() => {
        const batch = tf.tensor2d(centred, [count, D])
        return tf.matMul(batch, batch, true) // [D, D]
      })
      for (let at = 0; at < products.length; at++) products[at] = products[at]! + product[at]!
      for (let at = 0; at < centred.length; at++) sums[at % D] = sums[at % D]! + centred[at]!
      rows += count
    },
    addValidation(values, count) {
      for (let row = 0; row < count && validation.length < mostValidation; row++) validation.push(values.slice(row * D, (row + 1) * D))
    },
    async finish(breathe) {
      if (rows === 0) throw new Error('There are no training examples to take moments of.')
      const noise = config.likelihood === 'density' ? (2 / levels) ** 2 / 12 : 0
      const mean = sums.map((sum) => sum / rows)
      const covariance = products
      for (let i = 0; i < D; i++) {
        for (let j = 0; j < D; j++) covariance[i * D + j] = covariance[i * D + j]! / rows - mean[i]! * mean[j]!
        covariance[i * D + i] = covariance[i * D + i]! + noise
      }
      const origin = mean.map((value, index) => value + centre[index]!)
      const held = heldOut(validation, origin, levels, config.likelihood === 'density')
      const strength = config.shrinkage === 'none' ? 0 : (config.strength ?? (await chosenStrength(covariance, D, config, held, breathe)))
      const factor = await choleskyFactor(shrunk(covariance, D, config.shrinkage, strength), D, breathe)
      if (!factor) {
        throw new Error(
          `The covariance of ${rows} examples in ${D} dimensions is singular. Choose shrinkage 'ridge' with a strength above 0, or leave the strength empty.`,
        )
      }
      chosen.strength = strength
      return regressions(factor, D, origin, breathe)
    },
  }
}

/** Validation examples less the mean, dequantised by seeded noise for a density, [n · D]. */
function heldOut(examples: readonly Float32Array[], origin: Float64Array, levels: number, dequantised: boolean): Float64Array {
  const D = origin.length
  const random = randomStream(0, 'shrinkage')
  const rows = new Float64Array(examples.length * D)
  examples.forEach((values, row) =>
    values.forEach((level, index) => {
      rows[row * D + index] = (2 * (level + (dequantised ? random.uniform() : 0.5))) / levels - 1 - origin[index]!
    }),
  )
  return rows
}

/** Σ = S + λ tr(S)/D · I, or (1 − λ) S + λ diag S. The least of ridges keeps constant dimensions from being singular. */
function shrunk(covariance: Float64Array, size: number, kind: GaussianConfig['shrinkage'], strength: number): Float64Array {
  let trace = 0
  for (let index = 0; index < size; index++) trace += covariance[index * size + index]!
  const least = 1e-9 + (kind === 'ridge' ? (strength * trace) / size : 0)
  const kept = kind === 'diagonal' ? 1 - strength : 1
  return covariance.map((value, at) => (at % (size + 1) === 0 ? value + least : kept * value))
}

/** λ of the highest validation likelihood: the best power of ten, then the half and quarter decades around it. */
async function chosenStrength(covariance: Float64Array, size: number, config: GaussianConfig, held: Float64Array, breathe: Breathe): Promise<number> {
  // Without validation examples: what a few hundred examples of a few hundred dimensions usually ask for.
  if (held.length === 0) return 1e-2
  const scores = new Map<number, number>()
  const scoreOf = async (strength: number): Promise<number> => {
    const known = scores.get(strength)
    if (known !== undefined) return known
    const factor = await choleskyFactor(shrunk(covariance, size, config.shrinkage, strength), size, breathe)
    const score = factor ? await meanLogDensity(factor, size, held, breathe) : -Infinity
    scores.set(strength, score)
    return score
  }
  let best = COARSE[0]!
  let decades: number[] = COARSE
  for (const step of [null, 0.5, 0.25]) {
    if (step !== null) decades = [best * 10 ** -step, Math.min(1, best * 10 ** step)]
    for (const strength of decades) if ((await scoreOf(strength)) > (await scoreOf(best))) best = strength
  }
  return best
}

async function meanLogDensity(factor: Float64Array, size: number, held: Float64Array, breathe: Breathe): Promise<number> {
  const rows = held.slice()
  await solveLower(factor, size, rows, breathe)
  let total = 0
  for (const z of rows) total -= 0.5 * z * z
  let perExample = -size * HALF_LOG_TWO_PI
  for (let index = 0; index < size; index++) perExample -= Math.log(factor[index * size + index]!)
  return perExample + total / (rows.length / size)
}

/**
 * With z = L⁻¹ (x − m) standard normal, row i of diag(L) L⁻¹ is the residual of x_i after regression on the earlier dimensions: weight [j][i] is minus
 * its entry j, the standard deviation is L_ii.
 */
async function regressions(factor: Float64Array, size: number, origin: Float64Array, breathe: Breathe): Promise<Record<string, Float32Array>> {
  const inverse = await transposedInverse(factor, size, breathe)
  const weight = new Float32Array(size * size)
  const bias = new Float64Array(origin)
  const logScale = new Float32Array(size)
  for (let j = 0; j < size; j++) {
    logScale[j] = Math.log(factor[j * size + j]!)
    for (let i = j + 1; i < size; i++) {
      const value = -factor[i * size + i]! * inverse[j * size + i]!
      weight[j * size + i] = value
      bias[i] = bias[i]! - value * origin[j]!
    }
  }
  return { weight, bias: Float32Array.from(bias), logScale }
}
