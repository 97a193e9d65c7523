import { describe, expect, test } from 'vitest'
import { classPrior, classificationOf } from './classification'

const about = {
  domain: { kind: 'table' as const, shape: [4], levels: 2, variableLength: false, encoding: 'linear' as const },
  split: 'test' as const,
  weights: 'raw' as const,
  dataVariant: 'binary, as given',
}

test('p(c) is the share of each class, or the same for all', () => {
  expect(classPrior([0, 2, 2, 2], 3)).toEqual([0.25, 0, 0.75])
  expect(classPrior([], 4)).toEqual([0.25, 0.25, 0.25, 0.25])
})

describe("Bayes' rule", () => {
  const likelihoods = [
    [0.2, 0.5, 0.01],
    [0.4, 0.1, 0.03],
  ]
  const nats = likelihoods.map((row) => row.map((probability) => -Math.log(probability)))
  const common = { nats, dimensions: [4, 4, 4], draws: null, classNames: ['a', 'b'] }

  test('weighs the likelihoods by the prior, and tells what the mixture says of the examples', () => {
    const result = classificationOf({ ...common, labels: [1, 0, 0], prior: [0.5, 0.5] }, about)
    expect(result.confusion).toEqual([
      [1, 1],
      [0, 1],
    ])
    expect(result.accuracy).toBeCloseTo(2 / 3, 12)
    expect(result.standardError).toBeCloseTo(Math.sqrt(2 / 9 / 3), 12)
    expect(result.marginal.nats).toBeCloseTo(-(Math.log(0.3) + Math.log(0.3) + Math.log(0.02)) / 3, 12)
    expect(result.conditional.nats).toBeCloseTo(-(Math.log(0.4) + Math.log(0.5) + Math.log(0.01)) / 3, 12)
    expect(result.marginal).toMatchObject({ exact: true, split: 'test', examples: 3, unit: 'nats/example' })
    // A strong prior decides otherwise.
    expect(classificationOf({ ...common, labels: [1, 0, 0], prior: [0.9, 0.1] }, about).confusion).toEqual([
      [2, 0],
      [1, 0],
    ])
  })

  test('a class that never occurs is never chosen, however well it explains an example', () => {
    const result = classificationOf({ ...common, labels: [0, 0, 0], prior: [1, 0] }, about)
    expect(result.accuracy).toBe(1)
    expect(result.marginal.nats).toBeCloseTo(result.conditional.nats, 12)
  })

  test('stays finite where no probability could be written', () => {
    const far = [[5000], [5003]]
    const { marginal, confusion } = classificationOf({ ...common, nats: far, dimensions: [4], labels: [1], prior: [0.5, 0.5] }, about)
    expect(marginal.nats).toBeCloseTo(5000 - Math.log(0.5 * (1 + Math.exp(-3))), 9)
    expect(confusion).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  test('of bounds are bounds', () => {
    expect(classificationOf({ ...common, draws: 4, labels: [0, 0, 0], prior: [0.5, 0.5] }, about).marginal).toMatchObject({ exact: false, draws: 4 })
  })
})
