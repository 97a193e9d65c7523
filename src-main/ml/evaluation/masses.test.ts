import { describe, expect, it } from 'vitest'
import { binnedGaussian } from '../distributions/binnedGaussian'
import { bernoulli } from '../distributions/bernoulli'
import { categorical } from '../distributions/categorical'
import { discretizedLogistic } from '../distributions/discretizedLogistic'
import { discretizedLogisticMixture } from '../distributions/discretizedLogisticMixture'
import type { Distribution } from '../distributions/distribution'
import { gaussian } from '../distributions/gaussian'
import { mixtureOfGaussians } from '../distributions/mixtureOfGaussians'
import { mixtureOfLaplace } from '../distributions/mixtureOfLaplace'
import { randomStream } from '../tensor/random'
import { figuresOfMasses, logMassOf, massesAt } from './masses'

const ROWS = 5
/** Logits, locations within the range, log scales from narrow to wide: whatever part comes last of two or three is a log scale. */
function parametersOf({ parametersPerDimension: P, name }: Distribution): Float32Array {
  const random = randomStream(4, name)
  const parts = name === 'bernoulli' || name === 'categorical' ? 1 : P === 2 ? 2 : 3
  return Float32Array.from({ length: ROWS * P }, (_value, index) => {
    const last = parts > 1 && Math.floor(((index % P) * parts) / P) === parts - 1
    return last ? -1.5 + 0.7 * random.normal() : (parts === 1 ? 2 : 0.6) * random.normal()
  })
}

const masses = (distribution: Distribution, parameters: Float32Array, row: number): Float64Array => {
  const out = new Float64Array(distribution.levels)
  massesAt(distribution, parameters, row * distribution.parametersPerDimension, out)
  return out
}

const exact = [bernoulli, categorical(7), categorical(256), discretizedLogistic(16), discretizedLogisticMixture(16, 3), binnedGaussian(16)]
describe.each(exact.map((distribution) => ({ name: `${distribution.name}, ${distribution.levels}`, distribution })))('$name', ({ distribution }) => {
  const parameters = parametersOf(distribution)

  it('has masses that add up to 1 and are those of its log-probabilities', () => {
    for (let row = 0; row < ROWS; row++) {
      const all = masses(distribution, parameters, row)
      expect(Math.abs(all.reduce((sum, mass) => sum + mass, 0) - 1)).toBeLessThan(1e-6)
      all.forEach((mass, level) => expect(Math.abs(mass - Math.exp(distribution.logProbAt(parameters, row * distribution.parametersPerDimension, level)))).toBeLessThan(1e-6))
    }
  })

  it('gives entropy, variance and the place of a level in its order', () => {
    for (let row = 0; row < ROWS; row++) {
      const all = masses(distribution, parameters, row)
      const surprises = Array.from(all, (mass) => (mass > 0 ? -Math.log(mass) : 0))
      const entropy = surprises.reduce((sum, value, level) => sum + value * all[level]!, 0)
      const level = row % distribution.levels
      const at = row * distribution.parametersPerDimension
      const figures = figuresOfMasses(all, level, () => distribution.logProbAt(parameters, at, level))
      expect(figures.entropy).toBeCloseTo(entropy, 9)
      expect(figures.variance).toBeCloseTo(surprises.reduce((sum, value, k) => sum + all[k]! * (value - entropy) ** 2, 0), 6)
      expect(figures.below).toBeCloseTo(all.slice(0, level).reduce((sum, mass) => sum + mass, 0), 9)
      expect(figures.logProb).toBeCloseTo(distribution.logProbAt(parameters, at, level), 4)
      expect(figures.mode).toBe(all.indexOf(Math.max(...all)))
    }
  })
})

it('a level whose mass has underflowed keeps its logarithm', () => {
  const parameters = Float32Array.of(-900)
  const all = masses(bernoulli, parameters, 0)
  expect(all[1]).toBe(0)
  expect(logMassOf(bernoulli, parameters, 0, 1, all)).toBeCloseTo(-900, 6)
})

describe.each([gaussian(16), mixtureOfGaussians(16, 3), mixtureOfLaplace(16, 3)].map((distribution) => ({ name: distribution.name, distribution })))(
  '$name',
  ({ distribution }) => {
    const parameters = parametersOf(distribution)
    const P = distribution.parametersPerDimension

    it('its distribution function is the integral of its density', () => {
      const step = 0.002
      for (let row = 0; row < ROWS; row++) {
        const cdf = distribution.cdfAt!(parameters, row * P)
        let integral = cdf(0)
        for (let y = step / 2; y < 16; y += step) integral += step * Math.exp(distribution.logProbAt(parameters, row * P, y))
        expect(Math.abs(integral - cdf(16))).toBeLessThan(1e-4)
        expect(cdf(-400)).toBeLessThan(1e-6)
        expect(cdf(400)).toBeGreaterThan(1 - 1e-6)
      }
    })

    it('masses are those of the cells, the outer ones with the tails', () => {
      for (let row = 0; row < ROWS; row++) {
        const all = masses(distribution, parameters, row)
        expect(all.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 9)
        const cdf = distribution.cdfAt!(parameters, row * P)
        expect(all[0]).toBeCloseTo(cdf(1), 9)
        expect(all[7]).toBeCloseTo(cdf(8) - cdf(7), 9)
        expect(all[15]).toBeCloseTo(1 - cdf(15), 9)
      }
    })
  },
)
