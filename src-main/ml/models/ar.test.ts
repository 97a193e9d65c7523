import { beforeAll, describe, expect, it } from 'vitest'
import { muLawDecode, muLawEncode } from '../../contract/muLaw'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import type { Model } from './model'
import { familyById } from './registry'
import { audioDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())
const now = (): Promise<void> => Promise.resolve()

function built(config: Record<string, unknown>, domain = audioDomain(400)): Model {
  const { description, build } = familyById('ar')
  return build(description.schema.parse(config), domain, 0)
}

/** μ-law levels of z_t = 1.6 z_{t−1} − 0.8 z_{t−2} + ε, clips of different length. */
function clips(count: number, deviation = 0.03): Float32Array[] {
  const random = randomStream(3, 'process')
  return Array.from({ length: count }, (_clip, index) => {
    let [last, before] = [0, 0]
    return Float32Array.from({ length: 300 + 17 * index }, () => {
      const z = 1.6 * last - 0.8 * before + deviation * random.normal()
      ;[last, before] = [z, last]
      return muLawEncode(Math.round(Math.max(-1, Math.min(1, z + 0.01)) * 32767))
    })
  })
}

async function fit(model: Model, data: readonly Float32Array[], rows = 1) {
  const fitter = model.fitter!({ marginals: new Float32Array(0) })
  for (const clip of data) fitter.add(clip, rows)
  return { weights: await fitter.finish(now), chosen: fitter.chosen! }
}

/** Least squares of y on the columns of x by Householder reflections: no squares of the condition number. */
function leastSquares(rows: number[][], y: number[]): number[] {
  const matrix = rows.map((row, index) => [...row, y[index]!])
  const columns = rows[0]!.length
  for (let column = 0; column < columns; column++) {
    const norm = Math.sqrt(matrix.slice(column).reduce((sum, row) => sum + row[column]! ** 2, 0))
    const v = matrix.map((row, index) => (index < column ? 0 : row[column]!))
    v[column] = v[column]! + Math.sign(v[column]! || 1) * norm
    const square = v.reduce((sum, value) => sum + value * value, 0)
    for (let other = column; other <= columns; other++) {
      const along = (2 * matrix.reduce((sum, row, index) => sum + v[index]! * row[other]!, 0)) / square
      matrix.forEach((row, index) => (row[other] = row[other]! - along * v[index]!))
    }
  }
  const solution = new Array<number>(columns).fill(0)
  for (let row = columns - 1; row >= 0; row--) {
    let rest = matrix[row]![columns]!
    for (let later = row + 1; later < columns; later++) rest -= matrix[row]![later]! * solution[later]!
    solution[row] = rest / matrix[row]![row]!
  }
  return solution
}

function nllPerSample(model: Model, weights: Record<string, Float32Array>, data: readonly Float32Array[]): number {
  let [nats, samples] = [0, 0]
  for (const clip of data) {
    nats -= tf.tidy(() => {
      const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))
      const x = tf.tensor2d(clip, [1, clip.length])
      return tf.sum(model.distribution.logProb(model.conditionals(parameters, x), x)).dataSync()[0]!
    })
    samples += clip.length
  }
  return nats / samples
}

describe('AR(p)', () => {
  it.each([1, 2, 12])('by least squares is the closed form, order %i', async (order) => {
    const data = clips(5)
    const { weights } = await fit(built({ order, choose: 'fixed' }), data)
    const [rows, y]: [number[][], number[]] = [[], []]
    for (const clip of data)
      clip.forEach((level, t) => {
        rows.push([1, ...Array.from({ length: order }, (_lag, lag) => (t > lag ? muLawDecode(clip[t - 1 - lag]!) : 0))])
        y.push(muLawDecode(level))
      })
    const [bias, ...lags] = leastSquares(rows, y)
    expect(Math.abs(weights.bias![0]! - bias!)).toBeLessThan(1e-6)
    lags.forEach((value, lag) => expect(Math.abs(weights.weight![lag]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))))
    const residual = y.reduce((sum, value, t) => sum + (value - rows[t]!.reduce((at, entry, column) => at + entry * (column === 0 ? bias! : lags[column - 1]!), 0)) ** 2, 0)
    expect(Math.abs(weights.logScale![0]! - 0.5 * Math.log(residual / y.length))).toBeLessThan(1e-6)
  })

  it('on rows in a random ordering is the closed form over the steps of that ordering', async () => {
    const D = 7
    const random = randomStream(5, 'rows')
    const x = Float32Array.from({ length: 200 * D }, () => random.integer(16))
    const model = built({ order: 2, choose: 'fixed', ordering: 'random', orderingSeed: 4 }, tableDomain(D, 16))
    const { weights } = await fit(model, [x], 200)
    const z = (row: number, step: number): number => (step < 0 ? 0 : (2 * (x[row * D + model.ordering![step]!]! + 0.5)) / 16 - 1)
    const steps = Array.from({ length: 200 * D }, (_value, at) => [Math.floor(at / D), at % D] as const)
    const solution = leastSquares(steps.map(([row, step]) => [1, z(row, step - 1), z(row, step - 2)]), steps.map(([row, step]) => z(row, step)))
    expect(Math.abs(weights.bias![0]! - solution[0]!)).toBeLessThan(1e-6)
    expect(Math.abs(weights.weight![1]! - solution[2]!)).toBeLessThan(1e-6)
  })

  it('chooses its order by AIC and keeps that of every order', async () => {
    const { weights, chosen } = await fit(built({ order: 8 }), clips(12))
    const criteria = Array.from({ length: 9 }, (_value, order) => chosen[`aic.${order}`]!)
    expect(chosen.order).toBe(criteria.indexOf(Math.min(...criteria)))
    // The levels add noise of their own, so a little more than the true order 2 may pay, but much less cannot.
    expect(chosen.order).toBeGreaterThanOrEqual(2)
    expect(criteria[1]! - criteria[2]!).toBeGreaterThan(1000)
    expect(Array.from(weights.weight!.subarray(chosen.order!)).every((value) => value === 0)).toBe(true)
    expect(weights.weight![0]!).toBeGreaterThan(1.2)
  })

  it('has the intervals of μ-law: an amplitude lies between the edges of its level', () => {
    const { distribution } = built({ order: 1 })
    for (const amplitude of [-0.93, -0.2, -0.01, -0.0001, 0.0004, 0.05, 0.7]) {
      const narrow = Float32Array.of(amplitude, -10)
      expect(distribution.sampleAt(narrow, 0, 0.5, 0)).toBe(muLawEncode(amplitude * 32768))
    }
  })

  it('trained by gradients reaches the likelihood of least squares within 1 %', async () => {
    const data = clips(6)
    const length = 300
    const rows = data.map((clip) => clip.subarray(0, length))
    const model = built({ order: 4, choose: 'fixed' }, audioDomain(length))
    const least = nllPerSample(model, (await fit(model, rows)).weights, rows)
    const descended = built({ order: 4, fit: 'gradient' }, audioDomain(length))
    expect(descended.fitter).toBeUndefined()
    const shape: [number, number] = [rows.length, length]
    const learner = createLearner({ model: descended, batchShape: shape, masked: false, evaluationShape: shape, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: null, ema: null, seed: 0 })
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(descended, initialParameters(descended.parameters, 0), false))
      const levels = Float32Array.from(rows.flatMap((row) => [...row]))
      for (let step = 0; step < 1500; step++) learner.step({ levels, mask: null, counted: rows.length }, step < 1100 ? 0.02 : 0.002, step + 1)
      const weights = Object.fromEntries([...learner.read().weights].map(([name, { data: values }]) => [name, values]))
      const reached = nllPerSample(descended, weights, rows)
      expect(reached).toBeLessThan(1.01 * least)
      expect(reached).toBeGreaterThan(0.97 * least)
    } finally {
      learner.dispose()
    }
  })

  it('takes silence: all mass on one level', async () => {
    const silence = new Float32Array(500).fill(128)
    const model = built({ order: 16 })
    const { weights } = await fit(model, [silence])
    for (const values of Object.values(weights)) expect(values.every(Number.isFinite)).toBe(true)
    expect(nllPerSample(model, weights, [silence])).toBeLessThan(0.5)
  })
})

describe('over the 65,536 levels of 16-bit audio', () => {
  const fine = { ...audioDomain(300), levels: 65_536, encoding: 'linear' as const }

  it('is a normalised model of levels, whose figures need no table', () => {
    const { distribution } = built({ order: 2 }, fine)
    const parameters = Float32Array.of(-0.013, Math.log(0.004))
    let [total, mean, entropy] = [0, 0, 0]
    for (let level = 0; level < 65_536; level++) {
      const logMass = distribution.logProbAt(parameters, 0, level)
      total += Math.exp(logMass)
      mean += level * Math.exp(logMass)
      if (logMass > -700) entropy -= Math.exp(logMass) * logMass
    }
    expect(Math.abs(total - 1)).toBeLessThan(1e-4)
    const figures = distribution.figuresAt!(parameters, 0)
    expect(Math.abs(figures.mean - mean)).toBeLessThan(5)
    expect(Math.abs(distribution.meanAt(parameters, 0) - mean)).toBeLessThan(5)
    expect(figures.entropy).toBeCloseTo(entropy, 1)
    // ½ log 2πe σ², the width of a bin taken off.
    expect(entropy).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E) + parameters[1]! + Math.log(32_768), 2)
    expect(distribution.sampleAt(parameters, 0, 0.9, 0)).toBe(figures.mode)
  })

  it('predicts a sound of two partials far better than the histogram of its levels can', async () => {
    const random = randomStream(8, 'sound')
    const sound = Float32Array.from({ length: 300 }, (_value, t) => Math.round(32_768 + 3000 * Math.sin(0.21 * t) + 900 * Math.sin(0.6 * t) + 3 * random.normal()))
    const model = built({ order: 8, choose: 'fixed' }, fine)
    const fitter = model.fitter!({ marginals: new Float32Array(65_536).fill(1 / 65_536) })
    fitter.add(sound, 1)
    const fitted = await fitter.finish(now)
    const nats = tf.tidy(() => {
      const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(fitted[name]!, shape)]))
      const x = tf.tensor2d(sound, [1, 300])
      return tf.neg(tf.mean(model.distribution.logProb(model.conditionals(parameters, x), x))).dataSync()[0]!
    })
    const counts = new Map<number, number>()
    sound.forEach((level) => counts.set(level, (counts.get(level) ?? 0) + 1))
    const histogram = -sound.reduce((sum, level) => sum + Math.log((counts.get(level)! + 1) / (300 + 65_536)), 0) / 300
    expect(nats).toBeLessThan(histogram - 3)
  })
})
