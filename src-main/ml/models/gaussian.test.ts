import { beforeAll, describe, expect, it } from 'vitest'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { initialParameters } from '../tensor/initialize'
import { createNoise } from '../tensor/noise'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { choleskyFactor, solveLower, transposedInverse } from './cholesky'
import type { Model } from './model'
import { familyById } from './registry'
import { tableDomain } from './testSupport'

beforeAll(() => startEngine())
const now = (): Promise<void> => Promise.resolve()

const LEVELS = 64
function built(config: Record<string, unknown>, dimensions: number, levels = LEVELS): Model {
  const { description, build } = familyById('gaussian')
  return build(description.schema.parse(config), tableDomain(dimensions, levels), 0)
}

/** A first-order chain of correlated levels. */
function chain(rows: number, dimensions: number, name = 'chain'): Float32Array {
  const random = randomStream(4, name)
  const x = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    let z = random.normal()
    for (let i = 0; i < dimensions; i++) {
      x[row * dimensions + i] = Math.min(LEVELS - 1, Math.max(0, Math.floor((LEVELS / 2) * (1 + 0.3 * z) + i)))
      z = 0.9 * z + Math.sqrt(1 - 0.81) * random.normal()
    }
  }
  return x
}

async function fit(model: Model, x: Float32Array, rows: number, valid?: Float32Array, validRows = 0) {
  const fitter = model.fitter!({ marginals: new Float32Array(0) })
  const D = x.length / rows
  for (let from = 0; from < rows; from += 128) fitter.add(x.subarray(from * D, Math.min(rows, from + 128) * D), Math.min(128, rows - from))
  if (valid) fitter.addValidation!(valid, validRows)
  return { weights: await fitter.finish(now), chosen: fitter.chosen! }
}

function boundOf(model: Model, weights: Record<string, Float32Array>, x: Float32Array, rows: number): number {
  return tf.tidy(() => {
    const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))
    const levels = tf.tensor2d(x, [rows, x.length / rows])
    const logProb = model.boundPerDimension
      ? model.boundPerDimension(parameters, levels, createNoise(1, 'bound', 0))
      : model.distribution.logProb(model.conditionals(parameters, levels), levels)
    return tf.sum(logProb).dataSync()[0]! / rows
  })
}

describe("Cholesky's factor", () => {
  it('gives the matrix back, solves and inverts', async () => {
    const n = 7
    const random = randomStream(1, 'matrix')
    const root = Float64Array.from({ length: n * n }, () => random.normal())
    const matrix = Float64Array.from({ length: n * n }, (_value, at) => {
      let sum = at % (n + 1) === 0 ? 0.1 : 0
      for (let k = 0; k < n; k++) sum += root[Math.floor(at / n) * n + k]! * root[(at % n) * n + k]!
      return sum
    })
    const factor = (await choleskyFactor(matrix, n, now))!
    const inverse = await transposedInverse(factor, n, now)
    const solved = Float64Array.from({ length: n }, (_value, index) => index + 1)
    await solveLower(factor, n, solved, now)
    for (let i = 0; i < n; i++) {
      let [product, back] = [0, 0]
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < n; k++) sum += factor[i * n + k]! * factor[j * n + k]!
        expect(sum).toBeCloseTo(matrix[i * n + j]!, 10)
        product += inverse[j * n + i]! * (j + 1)
        back += factor[i * n + j]! * solved[j]!
      }
      expect(product).toBeCloseTo(solved[i]!, 9)
      expect(back).toBeCloseTo(i + 1, 9)
    }
  })
  it('does not exist for a matrix that is not positive definite', async () => {
    expect(await choleskyFactor(Float64Array.of(1, 2, 2, 1), 2, now)).toBeNull()
  })
})

describe('the Gaussian', () => {
  it('has the joint density of its moments', async () => {
    const [rows, D] = [500, 5]
    const x = chain(rows, D)
    const model = built({ shrinkage: 'none' }, D)
    const { weights } = await fit(model, x, rows)
    const z = (row: number, i: number): number => (2 * (x[row * D + i]! + 0.5)) / LEVELS - 1
    const mean = Array.from({ length: D }, (_value, i) => Array.from({ length: rows }, (_row, row) => z(row, i)).reduce((a, b) => a + b, 0) / rows)
    const covariance = Float64Array.from({ length: D * D }, (_value, at) => {
      const [i, j] = [Math.floor(at / D), at % D]
      let sum = 0
      for (let row = 0; row < rows; row++) sum += (z(row, i) - mean[i]!) * (z(row, j) - mean[j]!)
      return sum / rows + (i === j ? (2 / LEVELS) ** 2 / 12 : 0)
    })
    const factor = (await choleskyFactor(covariance, D, now))!
    // A point with real values, in units of levels: the densities must agree, with the volume of a level taken into account.
    const y = Float32Array.of(20.3, 25.7, 31.1, 40.9, 30.2)
    const solved = Float64Array.from(y, (value, i) => (2 * value) / LEVELS - 1 - mean[i]!)
    await solveLower(factor, D, solved, now)
    let expected = -D * Math.log(LEVELS / 2) - (D / 2) * Math.log(2 * Math.PI)
    for (let i = 0; i < D; i++) expected -= 0.5 * solved[i]! ** 2 + Math.log(factor[i * D + i]!)
    const logDensity = tf.tidy(() => {
      const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))
      const values = tf.tensor2d(y, [1, D])
      return tf.sum(model.distribution.logProb(model.conditionals(parameters, values), values)).dataSync()[0]!
    })
    expect(Math.abs(logDensity - expected)).toBeLessThan(1e-3)
  })

  it('chooses its shrinkage on the validation split, and gains by it where examples are few', async () => {
    const [rows, D] = [40, 30]
    const [x, valid, test] = [chain(rows, D), chain(200, D, 'valid'), chain(200, D, 'test')]
    const plain = built({ shrinkage: 'none' }, D)
    const ridge = built({}, D)
    const diagonal = built({ shrinkage: 'diagonal' }, D)
    const [unshrunk, chosen, mixed] = [await fit(plain, x, rows), await fit(ridge, x, rows, valid, 200), await fit(diagonal, x, rows, valid, 200)]
    expect(chosen.chosen.strength).toBeGreaterThan(1e-5)
    expect(boundOf(ridge, chosen.weights, test, 200)).toBeGreaterThan(boundOf(plain, unshrunk.weights, test, 200) + 1)
    expect(boundOf(diagonal, mixed.weights, test, 200)).toBeGreaterThan(boundOf(plain, unshrunk.weights, test, 200) + 1)
    // No other strength of a fine grid is much better.
    for (const strength of [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1]) {
      const fixed = await fit(built({ strength }, D), x, rows)
      expect(boundOf(ridge, fixed.weights, valid, 200)).toBeLessThan(boundOf(ridge, chosen.weights, valid, 200) + 0.15)
    }
  })

  it('says what to do about a singular covariance', async () => {
    const model = built({ shrinkage: 'none', likelihood: 'bins' }, 3)
    const broken = fit(model, Float32Array.of(NaN, 1, 2), 1)
    await expect(broken).rejects.toThrow("Choose shrinkage 'ridge'")
  })

  it('a density is a bound, and trained by gradients in a compiled program reaches its moments', async () => {
    const [rows, D] = [400, 4]
    const x = chain(rows, D)
    const model = built({ shrinkage: 'none' }, D)
    const { weights } = await fit(model, x, rows)
    const best = boundOf(model, weights, x, rows)
    const learner = createLearner({ model, batchShape: [rows, D], masked: false, evaluationShape: [rows, D], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: null, ema: null, seed: 0 })
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      for (let step = 0; step < 900; step++) learner.step({ levels: x, mask: null, counted: rows }, step < 600 ? 0.02 : 0.002, step + 1)
      const trained = Object.fromEntries([...learner.read().weights].map(([name, { data }]) => [name, data]))
      expect(Math.abs(boundOf(model, trained, x, rows) - best)).toBeLessThan(0.02)
      for (let i = 0; i < D; i++) expect(Math.abs(trained.logScale![i]! - weights.logScale![i]!)).toBeLessThan(0.02)
    } finally {
      learner.dispose()
    }
  })

  it('binned conditionals are exact and better than the bound of the density', async () => {
    const [rows, D] = [400, 4]
    const x = chain(rows, D)
    const [density, bins] = [built({ strength: 0 }, D), built({ strength: 0, likelihood: 'bins' }, D)]
    expect(bins.boundPerDimension).toBeUndefined()
    const gain = boundOf(bins, (await fit(bins, x, rows)).weights, x, rows) - boundOf(density, (await fit(density, x, rows)).weights, x, rows)
    expect(gain).toBeGreaterThan(0)
    expect(gain).toBeLessThan(0.2)
  })
})
