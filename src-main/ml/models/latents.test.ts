import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { farFromUniform } from '../evaluation/probeWeights'
import { createScorer, eagerScorer } from '../evaluation/scorer'
import { drawSamples, weightsOf } from '../sampling/ancestral'
import { completionOf } from '../sampling/completion'
import { createNoise } from '../tensor/noise'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { agreement } from './chiSquare'
import { everyExample, measuredDependencies } from './exactness'
import type { Model, Parameters } from './model'
import { familyById } from './registry'
import { audioDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const build = (family: string, config: Record<string, unknown>, domain: Domain): Model => {
  const { description, build: made } = familyById(family)
  return made(description.schema.parse(config), domain, 0)
}

/** log p(x) of every state by the trapezoidal rule over ε, which is spectrally exact for such integrands: one or two numbers. */
function exactLogProb(model: Model, parameters: Parameters, domain: Domain): Float64Array {
  const D = dimensionsOf(domain)
  const size = model.latents!.size(D)
  const [reach, count] = [6, size === 1 ? 201 : 41]
  const step = (2 * reach) / (count - 1)
  const nodes = Array.from({ length: count ** size }, (_value, index) => Array.from({ length: size }, (_one, at) => -reach + step * (Math.floor(index / count ** at) % count)))
  const states = everyExample(domain)
  return Float64Array.from({ length: states.length / D }, (_value, state) => {
    const given = tf.tidy(() => {
      const x = tf.tile(tf.tensor2d(states.subarray(state * D, (state + 1) * D), [1, D]), [nodes.length, 1])
      const logits = model.conditionals(parameters, x, undefined, tf.tensor2d(nodes.flat(), [nodes.length, size]))
      return tf.sum(model.distribution.logProb(logits, x), 1).dataSync() as Float32Array
    })
    const weight = (node: readonly number[]): number => node.reduce((product, value) => (product * step * Math.exp(-value * value / 2)) / Math.sqrt(2 * Math.PI), 1)
    return Math.log(nodes.reduce((sum, node, index) => sum + weight(node) * Math.exp(given[index]!), 0))
  })
}

const ROWS = 800
/** Mean of the bound of every state over many draws, by dimension [states × D]. */
function meanBound(model: Model, parameters: Parameters, domain: Domain, bound: 'boundPerDimension' | 'trainingNll'): Float64Array {
  const D = dimensionsOf(domain)
  const states = everyExample(domain)
  const means = new Float64Array(states.length)
  for (let state = 0; state < states.length / D; state++) {
    const mean = tf.tidy(() => {
      const x = tf.tile(tf.tensor2d(states.subarray(state * D, (state + 1) * D), [1, D]), [ROWS, 1])
      return tf.mean(model[bound]!(parameters, x, createNoise(5, 'bound', state)), 0).dataSync() as Float32Array
    })
    means.set(Array.from(mean, (value) => (bound === 'trainingNll' ? -value : value)), state * D)
  }
  return means
}

const rowSums = (values: Float64Array, size: number): number[] =>
  Array.from({ length: values.length / size }, (_value, row) => values.subarray(row * size, (row + 1) * size).reduce((sum, value) => sum + value, 0))

const cases = [
  { family: 'vrnn', config: { latent: 1, hidden: 4, features: 4, embedding: 2 }, domain: tableDomain(2, 3) },
  { family: 'vrnn', config: { latent: 1, hidden: 3, features: 4, embedding: 2, frame: 2, ordering: 'reverse' }, domain: tableDomain(3, 2) },
  { family: 'stcn', config: { channels: 4, layers: 2, latents: [1, 1], embedding: 2, frame: 2 }, domain: tableDomain(2, 3) },
  { family: 'stcn', config: { channels: 4, layers: 1, latents: [1], embedding: 2, reach: 1, past: true }, domain: tableDomain(2, 3) },
]

describe.each(cases.map((entry) => ({ ...entry, name: `${entry.family}, ${JSON.stringify(entry.config)}` })))('$name', ({ family, config, domain }) => {
  const D = dimensionsOf(domain)
  const withDraws = (importanceSamples: number): Model => build(family, { ...config, importanceSamples }, domain)
  let parameters: Record<string, tf.Tensor>
  let exact: Float64Array
  /** The bound by 64 draws, by state and dimension. */
  let tight: Float64Array
  beforeAll(() => {
    parameters = farFromUniform(withDraws(1), 4, 0.9)
    exact = exactLogProb(withDraws(1), parameters, domain)
    tight = meanBound(withDraws(64), parameters, domain, 'boundPerDimension')
  })
  afterAll(() => tf.dispose(parameters))

  it('sums to one over all states once the latents are integrated out', () => {
    expect(exact.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)
  })

  it('draws samples from that distribution', async () => {
    const { levels } = await drawSamples({ model: withDraws(1), parameters, count: 20_000, seed: 3 })
    const observed = new Float64Array(exact.length)
    for (let sample = 0; sample < 20_000; sample++) {
      const state = Array.from(levels.subarray(sample * D, (sample + 1) * D)).reduce((sum, level) => sum * domain.levels + level, 0)
      observed[state] = observed[state]! + 1
    }
    expect(agreement(Float32Array.from(exact, Math.exp), observed)).toBeGreaterThan(1e-3)
  })

  it('bounds the exact log-probability: the ELBO from below, and nearer and nearer with the draws that are weighed', () => {
    const elbo = rowSums(meanBound(withDraws(1), parameters, domain, 'trainingNll'), D)
    const [one, eight] = [1, 8].map((draws) => rowSums(meanBound(withDraws(draws), parameters, domain, 'boundPerDimension'), D)) as [number[], number[]]
    const many = rowSums(tight, D)
    // Means over the model's own distribution: the ELBO with the KL in closed form and by its draws are one number.
    const mean = (values: ArrayLike<number>): number => exact.reduce((sum, value, state) => sum + Math.exp(value) * values[state]!, 0)
    expect(Math.abs(mean(elbo) - mean(one))).toBeLessThan(0.05)
    expect(mean(elbo)).toBeLessThan(mean(exact) - 1e-3)
    expect(mean(eight)).toBeGreaterThan(mean(one))
    expect(mean(many)).toBeGreaterThan(mean(eight))
    exact.forEach((value, state) => {
      expect(elbo[state]).toBeLessThan(value + 0.02)
      expect(many[state]).toBeLessThan(value + 0.02)
      expect(Math.abs(many[state]! - value)).toBeLessThan(0.12)
    })
  })

  it('bounds every beginning of an example too', () => {
    const model = withDraws(64)
    const first = model.ordering![0]!
    const states = everyExample(domain)
    for (let level = 0; level < domain.levels; level++) {
      const own = Array.from(exact.keys()).filter((state) => states[state * D + first] === level)
      const marginal = Math.log(own.reduce((sum, state) => sum + Math.exp(exact[state]!), 0))
      for (const state of own) expect(tight[state * D + first]).toBeLessThan(marginal + 0.03)
    }
  })

  it('has right gradients of its objective, those of the inference net among them', () => {
    const model = withDraws(1)
    const x = tf.tensor2d(everyExample(domain), [exact.length, D])
    const loss = (named: Parameters): tf.Scalar => tf.sum(model.trainingNll!(named, x, createNoise(2, 'objective')))
    for (const name of model.parameters.map((parameter) => parameter.name).filter((own) => /posterior|prior|^embedding/.test(own))) {
      const [along, measured] = tf.tidy(() => {
        const gradient = tf.grad((value) => loss({ ...parameters, [name]: value }))(parameters[name]!)
        const norm = tf.norm(gradient).dataSync()[0]!
        const direction = tf.div(gradient, norm + 1e-12)
        const at = (shift: number): number => loss({ ...parameters, [name]: tf.add(parameters[name]!, tf.mul(direction, shift)) }).dataSync()[0]!
        return [norm, (at(5e-4) - at(-5e-4)) / 1e-3] as const
      })
      expect(Math.abs(along - measured), name).toBeLessThan(0.05 * along + 0.03)
    }
    x.dispose()
  })
})

it('STCN sees as far back as it claims, and no further', () => {
  const domain = audioDomain(24, 3)
  const config = { channels: 6, layers: 2, latents: [2], embedding: 3, frame: 2, past: true }
  const measured = measuredDependencies(build('stcn', config, domain), domain, { weights: 4 })
  const farthest = Array.from({ length: 24 }, (_value, at) => at - measured.subarray(at * 24, (at + 1) * 24).indexOf(1))
  // Four frames of two values before its own: nine back from the second value of a frame.
  expect(farthest.slice(16)).toEqual([8, 9, 8, 9, 8, 9, 8, 9])
  const { description } = familyById('stcn')
  expect(description.inspect(description.schema.parse(config), domain).receptiveField.size).toBe(8)
})

describe.each([
  { family: 'vrnn', config: { latent: 2, hidden: 6, features: 5, embedding: 3, frame: 4, reach: 2, importanceSamples: 3 }, independent: [] as number[] },
  { family: 'stcn', config: { channels: 6, layers: 3, latents: [3, 2], embedding: 3, frame: 4, reach: 2, importanceSamples: 3 }, independent: [4, 8] },
])('$family on recordings', ({ family, config, independent }) => {
  const domain = audioDomain(12, 8)
  const model = build(family, config, domain)
  const levels = Float32Array.from({ length: 24 }, (_value, index) => (index * 5) % 8)
  let parameters: Record<string, tf.Tensor>
  beforeAll(() => {
    parameters = farFromUniform(model, 9)
  })
  afterAll(() => tf.dispose(parameters))

  it('scores compiled as op by op, anew with every seed', async () => {
    const weights = await weightsOf({ model, parameters })
    const scores = [createScorer(model, weights, [2, 12], 4), eagerScorer(model, weights, 4), eagerScorer(model, weights, 5)].map(({ logProb, dispose }) => {
      const values = tf.tidy(() => logProb(tf.tensor2d(levels, [2, 12])).dataSync() as Float32Array)
      dispose()
      return values
    })
    scores[0]!.forEach((value, index) => expect(value).toBeCloseTo(scores[1]![index]!, 3))
    expect(scores[2]).not.toEqual(scores[1])
  })

  it('counts what is drawn under the latents that were drawn', async () => {
    const { levels: drawnLevels, logProb } = await drawSamples({ model, parameters, count: 3, seed: 8, length: 12 })
    const naive = await drawSamples({ model, parameters, count: 3, seed: 8, length: 12, naive: true })
    expect(drawnLevels).toEqual(naive.levels)
    logProb.forEach((value, sample) => expect(value).toBeCloseTo(naive.logProb[sample]!, 3))
    const again = await drawSamples({ model, parameters, count: 1, first: 2, seed: 8, length: 12 })
    expect(again.levels).toEqual(drawnLevels.subarray(24))
  })

  it('infers the latents of what is given from nothing later than their frame', () => {
    const inferred = (x: Float32Array): Float32Array =>
      tf.tidy(() => model.inferLatents!(parameters, tf.tensor2d(x, [1, 12]), createNoise(1, 'infer')).dataSync() as Float32Array)
    const size = model.latents!.size(4)
    const base = levels.slice(0, 12)
    const [own, later] = [base.slice(), base.slice()]
    own[2] = 7 - own[2]!
    later[4] = 7 - later[4]!
    expect(inferred(own).subarray(0, size)).not.toEqual(inferred(base).subarray(0, size))
    inferred(later).subarray(0, size).forEach((value, index) => expect(value).toBeCloseTo(inferred(base)[index]!, 4))
  })

  it('takes given values in, and says when completions are approximate', async () => {
    const given = new Int32Array(24).fill(-1)
    given.set([1, 2, 3, 4, 5, 6], 0)
    given.set([1, 2, 3, 4, 5, 6], 12)
    const { levels: completed } = await drawSamples({ model, parameters, count: 2, seed: 1, length: 12, given })
    expect([...completed.subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6])
    for (const kept of [3, 4, 8]) {
      const { exact, why } = completionOf(model, Uint8Array.from({ length: 12 }, (_value, index) => (index < kept ? 0 : 1)))
      expect(exact).toBe(false)
      expect(why).toContain(independent.includes(kept) ? 'first whole frames' : 'latent variables')
    }
  })
})
