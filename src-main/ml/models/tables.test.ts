import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { everyExample, logProbOf } from './exactness'
import type { Model } from './model'
import { familyById } from './registry'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const now = (): Promise<void> => Promise.resolve()

function built(family: string, config: Record<string, unknown>, domain: Domain): Model {
  const { description, build } = familyById(family)
  return build(description.schema.parse(config), domain, 0)
}

/** Rows in which each value often repeats an earlier one. */
function data(rows: number, dimensions: number, levels: number): Float32Array {
  const random = randomStream(9, 'tables')
  const x = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dimensions; i++) {
      const back = i - 1 - (i % 2)
      const at = row * dimensions
      x[at + i] = back >= 0 && random.uniform() < 0.6 ? x[at + back]! : random.integer(levels)
    }
  }
  return x
}

async function fitted(model: Model, batches: { x: Float32Array; rows: number }[]): Promise<Record<string, Float32Array>> {
  const fitter = model.fitter!({ marginals: new Float32Array(0) })
  for (const { x, rows } of batches) fitter.add(x, rows)
  return fitter.finish(now)
}

const probabilitiesOf = (model: Model, domain: Domain, weights: Record<string, Float32Array>): Float32Array =>
  tf.tidy(() => {
    const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))
    return logProbOf({ model, domain, parameters }, everyExample(domain)).map(Math.exp)
  })

describe('the full table', () => {
  const domain = imageDomain(2, 3)
  it.each(['raster', 'hilbert'])('with hardly any prior has the frequencies of the data, %s', async (ordering) => {
    const x = data(400, 6, 2)
    const model = built('cpt', { prior: 0.001, ordering }, domain)
    const probabilities = probabilitiesOf(model, domain, await fitted(model, [{ x: x.slice(0, 600), rows: 100 }, { x: x.slice(600), rows: 300 }]))
    const frequencies = new Float64Array(64)
    for (let row = 0; row < 400; row++) {
      const state = x.subarray(row * 6, row * 6 + 6).reduce((number, bit) => number * 2 + bit, 0)
      frequencies[state] = frequencies[state]! + 1 / 400
    }
    frequencies.forEach((frequency, state) => expect(Math.abs(probabilities[state]! - frequency)).toBeLessThan(1e-3))
  })
  it('smooths each row by its prior', async () => {
    const model = built('cpt', { prior: 0.5 }, tableDomain(2))
    const { logits } = await fitted(model, [{ x: Float32Array.of(1, 0, 1, 1, 1, 1), rows: 3 }])
    // p(first) = 3.5 / 4, then ½ where nothing was seen, and 2.5 / 4 after a 1.
    expect(Array.from(logits!, (logit) => 1 / (1 + Math.exp(-logit)))).toEqual([3.5 / 4, 0.5, 2.5 / 4].map((p) => expect.closeTo(p, 5)))
  })
  it('backs off to the shorter prefix where asked to', async () => {
    const model = built('cpt', { prior: 0.5, backOff: true }, tableDomain(2))
    const { logits } = await fitted(model, [{ x: Float32Array.of(1, 0, 1, 1, 1, 1), rows: 3 }])
    const second = 2.5 / 4 // without its parent
    expect(1 / (1 + Math.exp(-logits![1]!))).toBeCloseTo(second, 5)
    expect(1 / (1 + Math.exp(-logits![2]!))).toBeCloseTo((2 + second) / 4, 5)
  })
})

describe('the Markov chain', () => {
  it('with shared tables is the n-gram of its clips, whatever their length', async () => {
    const model = built('markov', { order: 1, prior: 1, backOff: false }, audioDomain(9, 3))
    const { logits } = await fitted(model, [
      { x: Float32Array.of(0, 1, 2, 1), rows: 1 },
      { x: Float32Array.of(1, 2), rows: 1 },
    ])
    const row = (index: number): number[] => Array.from(logits!.subarray(index * 3, index * 3 + 3), (logit) => Math.exp(logit))
    const close = (values: number[]): unknown[] => values.map((value) => expect.closeTo(value, 5))
    expect(row(0)).toEqual(close([2 / 5, 2 / 5, 1 / 5])) // first values 0 and 1
    expect(row(1)).toEqual(close([1 / 4, 2 / 4, 1 / 4])) // after 0: one 1
    expect(row(2)).toEqual(close([1 / 5, 1 / 5, 3 / 5])) // after 1: two 2
    expect(row(3)).toEqual(close([1 / 4, 2 / 4, 1 / 4])) // after 2: one 1
  })
  it('of the order of the data leaves nothing to longer memories', async () => {
    const domain = tableDomain(7, 2)
    const x = data(3000, 7, 2)
    const entropy = async (family: string, config: Record<string, unknown>): Promise<number> => {
      const model = built(family, { prior: 0.01, ...config }, domain)
      const weights = await fitted(model, [{ x, rows: 3000 }])
      return tf.tidy(() => {
        const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))
        return -tf.mean(tf.tensor1d(logProbOf({ model, domain, parameters }, x))).dataSync()[0]!
      })
    }
    const [first, second, full] = [await entropy('markov', { order: 1 }), await entropy('markov', { order: 2 }), await entropy('cpt', {})]
    expect(first - second).toBeGreaterThan(0.1)
    expect(second - full).toBeLessThan(0.03)
    expect(await entropy('table-network', { parents: [[], [], [1], [1], [3], [3], [5]] })).toBeLessThan(full + 0.05)
  })
})

describe.each([
  ['cpt', { prior: 0.001 }, tableDomain(4, 2)],
  ['markov', { prior: 0.001, order: 1, backOff: false }, tableDomain(4, 3)],
  ['table-network', { prior: 0.001, nearest: 2, backOff: false }, imageDomain(2, 2, 1, 2)],
] as const)('%s', (family, config, domain) => {
  it('trained by gradients in a compiled program reaches its counts', async () => {
    const model = built(family, config, domain)
    const D = dimensionsOf(domain)
    const x = data(500, D, domain.levels)
    const counted = probabilitiesOf(model, domain, await fitted(model, [{ x, rows: 500 }]))
    const learner = createLearner({ model, batchShape: [500, D], masked: false, evaluationShape: [500, D], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: null, ema: null, seed: 0 } as Parameters<typeof createLearner>[0])
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      for (let step = 0; step < 400; step++) learner.step({ levels: x, mask: null, counted: 500 }, step < 300 ? 0.1 : 0.01, step + 1)
      const { weights } = learner.read()
      const descended = probabilitiesOf(model, domain, Object.fromEntries([...weights].map(([name, { data: values }]) => [name, values])))
      counted.forEach((probability, state) => expect(Math.abs(descended[state]! - probability)).toBeLessThan(2e-3))
    } finally {
      learner.dispose()
    }
  })
})
