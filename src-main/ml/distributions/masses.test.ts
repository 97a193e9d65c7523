import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { binnedGaussian } from './binnedGaussian'
import { discretizedLogistic } from './discretizedLogistic'
import { discretizedLogisticMixture } from './discretizedLogisticMixture'
import type { Distribution } from './distribution'

beforeAll(() => startEngine())

const normals = (count: number, scale = 1, seed = 1): Float32Array =>
  randomStream(seed, 'parameters')
    .fillNormal(new Float32Array(count))
    .map((value) => value * scale)

const kinds: [name: string, (levels: number) => Distribution][] = [
  ['discretised logistic', discretizedLogistic],
  ['discretised mixture of logistics', (levels) => discretizedLogisticMixture(levels, 4)],
  ['binned Gaussian', (levels) => binnedGaussian(levels)],
  [
    'binned Gaussian with uneven edges',
    (levels) => binnedGaussian(levels, Float32Array.from({ length: levels - 1 }, (_value, edge) => (2 * (edge + 1)) / levels - 1).map((edge) => edge ** 3)),
  ],
]

describe.each(kinds.flatMap(([name, make]) => [2, 5, 256].map((levels) => ({ name, levels, make }))))('$name of $levels levels', ({ levels, make }) => {
  const distribution = make(levels)
  const P = distribution.parametersPerDimension
  const rows = 12
  const parameters = normals(rows * P, 1.5)
  const tensor = (): tf.Tensor => tf.tensor(parameters, [rows, P])
  const massesOf = (values: Float32Array): number[][] =>
    Array.from({ length: values.length / P }, (_value, row) =>
      Array.from({ length: levels }, (_level, level) => Math.exp(distribution.logProbAt(values, row * P, level))),
    )
  const tensorMasses = (values: Float32Array): number[][] => {
    const count = values.length / P
    const all = tf.tidy(() => distribution.logProb(tf.tensor(values, [count, 1, P]), tf.tile(tf.range(0, levels, 1, 'float32').expandDims(0), [count, 1])).dataSync())
    return Array.from({ length: count }, (_value, row) => Array.from(all.subarray(row * levels, (row + 1) * levels), Math.exp))
  }

  it('sums to 1, also with extreme parameters', () => {
    const extreme = Float32Array.from([-30, -1, 0, 0.999, 40].flatMap((location) => [-40, -7, -3, 0, 8, 30].flatMap((logScale) => {
      const components = P === 2 ? 1 : P / 3
      const repeated = (value: number): number[] => new Array<number>(components).fill(value)
      return P === 2 ? [location, logScale] : [...repeated(0), ...repeated(location), ...repeated(logScale)]
    })))
    for (const values of [parameters, extreme]) {
      for (const masses of [massesOf(values), tensorMasses(values)])
        for (const row of masses) expect(Math.abs(row.reduce((sum, mass) => sum + mass, 0) - 1)).toBeLessThan(1e-4)
    }
    // However unlikely, a level has a finite logarithm and gradient.
    const [logProb, gradient] = tf.tidy(() => {
      const all = tf.tensor(extreme, [extreme.length / P, P])
      const x = tf.fill([extreme.length / P], levels - 1)
      return [distribution.logProb(all, x).dataSync(), tf.grad((p) => tf.sum(distribution.logProb(p, x)))(all).dataSync()]
    })
    expect([...logProb!, ...gradient!].every(Number.isFinite)).toBe(true)
  })

  it('gives the same logarithms in tensors and in numbers', () => {
    for (let level = 0; level < levels; level += Math.ceil(levels / 9)) {
      const logProb = tf.tidy(() => distribution.logProb(tensor(), tf.fill([rows], level)).dataSync())
      for (let row = 0; row < rows; row++) {
        const expected = distribution.logProbAt(parameters, row * P, level)
        expect(Math.abs(logProb[row]! - expected)).toBeLessThan(2e-3 + 2e-5 * Math.abs(expected))
      }
    }
  })

  it('has gradients that agree with finite differences', () => {
    const x = Array.from({ length: rows }, (_value, row) => (row * 7) % levels)
    const moderate = normals(rows * P, 0.6, 4)
    const gradient = tf.tidy(() => tf.grad((p) => tf.sum(distribution.logProb(p, tf.tensor1d(x))))(tf.tensor(moderate, [rows, P])).dataSync())
    for (let index = 0; index < rows * P; index++) {
      const row = Math.floor(index / P)
      const at = (shift: number): number => {
        const moved = Float32Array.from(moderate)
        moved[index] = moved[index]! + shift
        return distribution.logProbAt(moved, row * P, x[row]!)
      }
      const [up, down] = [Math.fround(moderate[index]! + 1e-3) - moderate[index]!, Math.fround(moderate[index]! - 1e-3) - moderate[index]!]
      const measured = (at(1e-3) - at(-1e-3)) / (up - down)
      expect(Math.abs(gradient[index]! - measured)).toBeLessThan(2e-3 + 2e-3 * Math.abs(measured))
    }
  })

  it('has the mean, mode and entropy of its masses', () => {
    const [mean, mode, entropy] = tf.tidy(() => [distribution.mean(tensor()).dataSync(), distribution.mode(tensor()).dataSync(), distribution.entropy(tensor()).dataSync()])
    massesOf(parameters).forEach((masses, row) => {
      const expected = masses.reduce((sum, mass, level) => sum + mass * level, 0)
      expect(Math.abs(mean![row]! - expected)).toBeLessThan(3e-4 * levels)
      expect(Math.abs(distribution.meanAt(parameters, row * P) - expected)).toBeLessThan(1e-4 * levels)
      expect(masses[mode![row]!]).toBeCloseTo(Math.max(...masses), 4)
      expect(masses[distribution.sampleAt(parameters, row * P, 0.3, 0)]).toBe(Math.max(...masses))
      expect(Math.abs(entropy![row]! - masses.reduce((sum, mass) => sum - (mass > 0 ? mass * Math.log(mass) : 0), 0))).toBeLessThan(2e-3)
    })
  })

  it('samples by the inverse distribution function; a temperature below 1 concentrates', () => {
    massesOf(parameters).slice(0, 4).forEach((masses, row) => {
      let cumulative = 0
      masses.forEach((mass, level) => {
        if (mass > 1e-5) expect(distribution.sampleAt(parameters, row * P, cumulative + mass / 2, 1)).toBe(level)
        cumulative += mass
      })
      const spread = (temperature: number): number => {
        const drawn = Array.from({ length: 400 }, (_value, index) => distribution.sampleAt(parameters, row * P, (index + 0.5) / 400, temperature))
        const average = drawn.reduce((sum, value) => sum + value, 0) / 400
        return drawn.reduce((sum, value) => sum + (value - average) ** 2, 0)
      }
      if (P === 2 && Math.abs(parameters[row * P]!) < 0.8) expect(spread(0.05)).toBeLessThanOrEqual(spread(1))
      expect(distribution.sampleAt(parameters, row * P, 0, 1)).toBeGreaterThanOrEqual(0)
      expect(distribution.sampleAt(parameters, row * P, 1 - 2 ** -53, 1)).toBeLessThan(levels)
    })
  })
})

it('a logistic far narrower than a bin is exact, where a density times the width would be far off', () => {
  const distribution = discretizedLogistic(256)
  const parameters = Float32Array.of(2 * (100 / 255) - 1, -7)
  expect(distribution.logProbAt(parameters, 0, 100)).toBeCloseTo(Math.log(Math.tanh((0.5 * (2 / 255) / Math.exp(-7)) / 2)), 4)
})

it('edges of the wrong number are refused', () => {
  expect(() => binnedGaussian(4, Float32Array.of(0))).toThrow('4 levels have 3 edges')
})
