import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { levelOf, meanLevelOf } from './distribution'
import type { Distribution } from './distribution'
import { gaussian } from './gaussian'
import { mixtureOfGaussians } from './mixtureOfGaussians'
import { mixtureOfLaplace } from './mixtureOfLaplace'

beforeAll(() => startEngine())

const LEVELS = 16
const kinds: Distribution[] = [gaussian(LEVELS), mixtureOfGaussians(LEVELS, 3), mixtureOfLaplace(LEVELS, 3)]

describe.each(kinds.map((distribution) => ({ name: distribution.name, distribution })))('$name', ({ distribution }) => {
  const P = distribution.parametersPerDimension
  const components = P === 2 ? 1 : P / 3
  const rows = 6
  const random = randomStream(2, 'densities')
  /** Logits, locations within the range, log scales from narrow to wide. */
  const parameters = Float32Array.from({ length: rows * P }, (_value, index) => {
    const kind = P === 2 ? 1 + (index % 2) : Math.floor((index % P) / components)
    return kind === 2 ? -1.6 + 0.5 * random.normal() : 0.7 * random.normal()
  })
  const tensor = (): tf.Tensor => tf.tensor(parameters, [rows, P])
  const [from, to, step] = [-60, 80, 0.005]
  const places = Float32Array.from({ length: Math.round((to - from) / step) }, (_value, index) => from + (index + 0.5) * step)
  const densitiesOf = (row: number): Float64Array => Float64Array.from(places, (y) => Math.exp(distribution.logProbAt(parameters, row * P, y)))

  it('integrates to 1, with the mean and the entropy of its integral', () => {
    const [mean, entropy] = tf.tidy(() => [distribution.mean(tensor()).dataSync(), distribution.entropy(tensor()).dataSync()])
    for (let row = 0; row < rows; row++) {
      let [total, average, uncertainty] = [0, 0, 0]
      densitiesOf(row).forEach((density, index) => {
        total += density * step
        average += density * step * places[index]!
        if (density > 0) uncertainty -= density * step * Math.log(density)
      })
      expect(Math.abs(total - 1)).toBeLessThan(1e-4)
      expect(Math.abs(mean![row]! - average)).toBeLessThan(2e-3)
      expect(Math.abs(distribution.meanAt(parameters, row * P) - average)).toBeLessThan(2e-3)
      expect(Math.abs(entropy![row]! - uncertainty)).toBeLessThan(1e-2)
    }
  })

  it('gives the same logarithms in tensors and in numbers', () => {
    for (const y of [-3, 0, 0.4, 7.9, 15.9, 40]) {
      const logProb = tf.tidy(() => distribution.logProb(tensor(), tf.fill([rows], y)).dataSync())
      for (let row = 0; row < rows; row++) {
        const expected = distribution.logProbAt(parameters, row * P, y)
        expect(Math.abs(logProb[row]! - expected)).toBeLessThan(1e-4 + 1e-5 * Math.abs(expected))
      }
    }
  })

  it('has gradients that agree with finite differences, in the parameters and in the value', () => {
    const y = Array.from({ length: rows }, (_value, row) => 3.3 + 2 * row)
    const [inParameters, inValue] = tf.tidy(() => {
      const gradients = tf.grads((p, x) => tf.sum(distribution.logProb(p!, x!)))([tensor(), tf.tensor1d(y)])
      return gradients.map((gradient) => gradient.dataSync())
    })
    const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(5e-3 + 5e-3 * Math.abs(b))
    for (let index = 0; index < rows * P; index++) {
      const row = Math.floor(index / P)
      const at = (shift: number): [number, number] => {
        const moved = Float32Array.from(parameters)
        moved[index] = moved[index]! + shift
        return [distribution.logProbAt(moved, row * P, y[row]!), moved[index]!]
      }
      const [[high, right], [low, left]] = [at(1e-3), at(-1e-3)]
      close(inParameters![index]!, (high - low) / (right - left))
    }
    for (let row = 0; row < rows; row++)
      close(inValue![row]!, (distribution.logProbAt(parameters, row * P, y[row]! + 1e-3) - distribution.logProbAt(parameters, row * P, y[row]! - 1e-3)) / 2e-3)
  })

  it('draws samples that agree with its density', () => {
    const count = 20_000
    for (let row = 0; row < 3; row++) {
      const drawn = Array.from({ length: count }, () => distribution.sampleAt(parameters, row * P, random.uniform(), 1)).sort((a, b) => a - b)
      // Kolmogorov and Smirnov at 1e-3, against the integral of the density.
      const density = densitiesOf(row)
      let [cumulative, at, worst] = [0, 0, 0]
      drawn.forEach((value, index) => {
        while (at < places.length && places[at]! + step / 2 < value) cumulative += density[at++]! * step
        worst = Math.max(worst, Math.abs(cumulative - index / count))
      })
      expect(worst).toBeLessThan(1.95 / Math.sqrt(count) + 1e-3)
    }
  })

  it('temperature 0 is a place of high density, and small ones stay near a component', () => {
    for (let row = 0; row < rows; row++) {
      const mode = distribution.sampleAt(parameters, row * P, 0.7, 0)
      const highest = densitiesOf(row).reduce((most, density) => Math.max(most, density), 0)
      expect(Math.exp(distribution.logProbAt(parameters, row * P, mode))).toBeGreaterThan(0.8 * highest)
      const inTensors = tf.tidy(() => distribution.mode(tensor()).dataSync())
      expect(inTensors[row]).toBeCloseTo(mode, 3)
    }
  })

  it('stays finite far out', () => {
    const extreme = Float32Array.from({ length: 5 * P }, (_value, index) => [-80, 50, -90, 80, 0][Math.floor(index / P)]!)
    const [logProb, gradient] = tf.tidy(() => {
      const all = tf.tensor(extreme, [5, P])
      const x = tf.tensor1d([0, 3, 7, 15.9, -4])
      return [distribution.logProb(all, x).dataSync(), tf.grad((p) => tf.sum(distribution.logProb(p, x)))(all).dataSync()]
    })
    expect([...logProb!, ...gradient!].every(Number.isFinite)).toBe(true)
    for (const u of [0, 2 ** -40, 1 - 2 ** -53]) expect(Number.isFinite(distribution.sampleAt(extreme, 0, u, 1))).toBe(true)
  })
})

it('values are rounded to the level of their cell', () => {
  const distribution = gaussian(4)
  expect([-2, 0, 0.99, 1, 3.5, 9].map((value) => levelOf(distribution, value))).toEqual([0, 0, 0, 1, 3, 3])
  expect([-2, 0.5, 2, 9].map((value) => meanLevelOf(distribution, value))).toEqual([0, 0, 1.5, 3])
})

it('bounds the discrete likelihood: the mean log-density over a cell is below the log of its mass', () => {
  const distribution = gaussian(4)
  const parameters = Float32Array.of(0.1, -1.2)
  for (let level = 0; level < 4; level++) {
    const inside = Array.from({ length: 200 }, (_value, index) => distribution.logProbAt(parameters, 0, level + (index + 0.5) / 200))
    const bound = inside.reduce((sum, value) => sum + value / 200, 0)
    const mass = inside.reduce((sum, value) => sum + Math.exp(value) / 200, 0)
    expect(bound).toBeLessThan(Math.log(mass))
  }
})
