import { beforeAll, describe, expect, it } from 'vitest'
import { createNoise } from '../tensor/noise'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { divergenceOf, drawn, importanceWeighted, logRatioOf, standardNormal } from './latentBound'

beforeAll(() => startEngine())

const numbers = (make: () => tf.Tensor): Float32Array => tf.tidy(() => make().dataSync() as Float32Array)
const normal = (mean: number[], deviation: number[]) => ({ mean: tf.tensor2d(mean, [1, mean.length]), deviation: tf.tensor2d(deviation, [1, mean.length]) })
const logDensity = (at: number, mean: number, deviation: number): number => -0.5 * ((at - mean) / deviation) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI))

describe('normal distributions', () => {
  it('the KL divergence is its closed form and the numerical integral', () => {
    const cases = [[0.3, 0.8, -0.5, 1.4], [-1, 2, 1, 0.5], [0.2, 1, 0.2, 1]] as const
    const found = numbers(() =>
      divergenceOf(
        { mean: tf.tensor2d(cases.map(([mean]) => mean), [3, 1]), deviation: tf.tensor2d(cases.map(([, deviation]) => deviation), [3, 1]) },
        { mean: tf.tensor2d(cases.map(([, , mean]) => mean), [3, 1]), deviation: tf.tensor2d(cases.map(([, , , deviation]) => deviation), [3, 1]) },
      ),
    )
    cases.forEach(([m, s, n, t], index) => {
      expect(found[index]).toBeCloseTo(Math.log(t / s) + (s * s + (m - n) ** 2) / (2 * t * t) - 0.5, 5)
      let integral = 0
      for (let z = -25; z < 25; z += 0.01) {
        const logQ = logDensity(z, m, s)
        integral += 0.01 * Math.exp(logQ) * (logQ - logDensity(z, n, t))
      }
      expect(found[index]).toBeCloseTo(integral, 4)
    })
  })
  it('add up over the latents of a frame', () => {
    const both = numbers(() => divergenceOf(normal([1, -1], [0.5, 2]), normal([0, 0], [1, 1])))[0]!
    const each = [1, -1].map((mean, index) => numbers(() => divergenceOf(normal([mean], [[0.5, 2][index]!]), normal([0], [1])))[0]!)
    expect(both).toBeCloseTo(each[0]! + each[1]!, 5)
  })
  it('the logarithm of the ratio of two densities is that at the number drawn', () => {
    const ratio = numbers(() => logRatioOf(normal([0.3], [0.8]), normal([-0.5], [1.4]), tf.tensor2d([[0.7]])))[0]!
    const z = numbers(() => drawn(normal([0.3], [0.8]), tf.tensor2d([[0.7]])))[0]!
    expect(z).toBeCloseTo(0.86, 5)
    expect(ratio).toBeCloseTo(logDensity(z, -0.5, 1.4) - logDensity(z, 0.3, 0.8), 5)
  })
  it('normal numbers have the moments of the normal distribution', () => {
    const values = numbers(() => standardNormal(createNoise(1, 'moments'), [40_000]))
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    ;[0, 1, 0, 3].forEach((expected, index) => expect(Math.abs(moment(index + 1) - expected)).toBeLessThan(0.15))
    expect(values.every(Number.isFinite)).toBe(true)
  })
})

describe('the importance-weighted bound', () => {
  /** Two examples of three draws, two groups of two dimensions. */
  const weights = [-1, -2, -3, -0.5, -4, -1, -2, -2, -0.5, -3, -1, -1, -9, -2, -3, -0.5, -40, -1, -2, -2, -0.5, -300, -1, -1]
  const plain = (example: number, group: number, upTo: number): number => {
    const draws = [0, 1, 2].map((draw) => {
      const at = ((example * 3 + draw) * 2 + group) * 2
      return Math.exp(weights.slice(at, at + upTo).reduce((sum, value) => sum + value, 0))
    })
    return Math.log(draws.reduce((sum, value) => sum + value, 0) / 3)
  }
  it('is log 1/K Σ exp of the sums of every beginning of a group', () => {
    const found = numbers(() => importanceWeighted(tf.tensor3d(weights, [6, 2, 2]), 3))
    for (const example of [0, 1])
      for (const group of [0, 1]) {
        const at = (example * 2 + group) * 2
        expect(found[at]).toBeCloseTo(plain(example, group, 1), 4)
        expect(found[at]! + found[at + 1]!).toBeCloseTo(plain(example, group, 2), 4)
      }
  })
  it('of one draw is the draw itself', () => {
    expect(Array.from(numbers(() => importanceWeighted(tf.tensor3d(weights, [6, 1, 4]), 1)), (value) => Math.round(value * 10) / 10)).toEqual(weights)
  })
  it('keeps its precision over thousands of dimensions', () => {
    const long = Float32Array.from({ length: 2 * 8000 }, (_value, index) => -3 - (index < 8000 ? 0 : 1e-4))
    const total = numbers(() => importanceWeighted(tf.tensor3d(long, [2, 1, 8000]), 2)).reduce((sum, value) => sum + value, 0)
    const sums = [-24_000, -24_000.8]
    expect(Math.abs(total - (sums[0]! + Math.log((1 + Math.exp(sums[1]! - sums[0]!)) / 2)))).toBeLessThan(0.02)
  })
})
