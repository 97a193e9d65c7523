import { describe, expect, test } from 'vitest'
import { bernoulli } from '../distributions/bernoulli'
import { categorical } from '../distributions/categorical'
import type { Distribution } from '../distributions/distribution'
import { mixtureOfGaussians } from '../distributions/mixtureOfGaussians'
import { randomStream } from '../tensor/random'
import { chiSquareOfPit, expectedCalibrationError } from './calibration'
import { createExamination } from './examination'
import { surprise } from './outOfDistribution'

const [EXAMPLES, D] = [400, 30]

/** Examples that the conditionals themselves draw: what a model that is right looks like. `blur` flattens what is claimed of them. */
function examined(distribution: Distribution, claimed: (parameter: number) => number = (value) => value) {
  const { parametersPerDimension: P } = distribution
  const stream = randomStream(6, distribution.name)
  const examination = createExamination({ distribution, dimensions: D, examples: EXAMPLES, seed: 0 })
  for (let index = 0; index < EXAMPLES; index++) {
    const parameters = Float32Array.from({ length: D * P }, () => 1.2 * stream.normal())
    const values = Float32Array.from({ length: D }, (_value, dimension) => distribution.sampleAt(parameters, dimension * P, stream.uniform(), 1))
    const entropies = distribution.kind === 'density' ? new Float32Array(D) : null
    examination.add({ parameters: parameters.map(claimed), offset: 0, values, entropies, place: 0, index })
  }
  return examination.finish()
}

describe.each([bernoulli, categorical(5)].map((distribution) => ({ name: distribution.name, distribution })))('a model that is right, $name', ({ distribution }) => {
  const right = examined(distribution)

  test('is calibrated: uniform transforms, what was said comes as often', () => {
    const { chiSquare, degrees } = chiSquareOfPit(right.pit)
    expect(right.pit.total).toBe(EXAMPLES * D)
    // Four standard deviations of χ².
    expect(Math.abs(chiSquare - degrees)).toBeLessThan(4 * Math.sqrt(2 * degrees))
    expect(expectedCalibrationError(right.reliability)).toBeLessThan(0.02)
  })

  test('is surprised as much as it expects to be, by a standard normal number of deviations', () => {
    const deviations = Array.from(right.nats, (nats, index) => surprise(nats, right.expected[index]!, right.variance![index]!))
    const mean = deviations.reduce((sum, value) => sum + value, 0) / EXAMPLES
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(EXAMPLES))
    expect(deviations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / EXAMPLES).toBeCloseTo(1, 0)
    expect(right.meanNats.reduce((sum, value) => sum + value, 0)).toBeCloseTo(right.nats.reduce((sum, value) => sum + value, 0) / EXAMPLES, 9)
  })

  test('one that claims too much is found out', () => {
    const bold = examined(distribution, (parameter) => 3 * parameter)
    expect(chiSquareOfPit(bold.pit).chiSquare).toBeGreaterThan(500)
    expect(expectedCalibrationError(bold.reliability)).toBeGreaterThan(0.08)
    expect(bold.nats.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(right.nats.reduce((sum, value) => sum + value, 0))
  })
})

test('a density is calibrated by its own distribution function', () => {
  const { pit, variance } = examined(mixtureOfGaussians(16, 2))
  const { chiSquare, degrees } = chiSquareOfPit(pit)
  expect(Math.abs(chiSquare - degrees)).toBeLessThan(4 * Math.sqrt(2 * degrees))
  expect(variance).toBeNull()
})

test('the numbers that randomise belong to the example, not to the batch', () => {
  const pitOf = (indices: number[]): number[] => {
    const examination = createExamination({ distribution: bernoulli, dimensions: 20, examples: indices.length, seed: 1 })
    for (const index of indices) examination.add({ parameters: new Float32Array(20), offset: 0, values: new Float32Array(20), entropies: null, place: 0, index })
    return examination.finish().pit.counts
  }
  const [a, b, both] = [pitOf([3]), pitOf([8]), pitOf([8, 3])]
  expect(both).toEqual(a.map((count, bin) => count + b[bin]!))
  expect(() => createExamination({ distribution: bernoulli, dimensions: 1, examples: 2, seed: 0 }).finish()).toThrow('0 of 2 examples')
})
