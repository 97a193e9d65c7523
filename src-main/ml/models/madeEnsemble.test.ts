import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { ensembleLogProb, ensembleModel } from '../evaluation/ensemble'
import { farFromUniform } from '../evaluation/probeWeights'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { initialParameters } from '../tensor/initialize'
import { createNoise } from '../tensor/noise'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { checkAutoregressive, checkCachedSampler, everyExample, logProbOf } from './exactness'
import type { Model } from './model'
import { familyById } from './registry'
import { imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

function made(config: Record<string, unknown>, domain: Domain): Model {
  const { description, build } = familyById('made')
  return build(description.schema.parse(config), domain, 0)
}

describe('joint log-probabilities of an ensemble', () => {
  it('are those of the mixture, and never the mean of logarithms', () => {
    const members = [[Math.log(0.5), -1000], [Math.log(0.1), -1001]]
    const [first, second] = ensembleLogProb(members)
    expect(first).toBeCloseTo(Math.log(0.3), 10)
    expect(second).toBeCloseTo(-1000 + Math.log((1 + Math.exp(-1)) / 2), 8)
  })
})

describe('several masks with one ordering', () => {
  it.each([tableDomain(7, 2), tableDomain(4, 3)])('are a mixture: the probability of each state is the mean over masks', (domain) => {
    const masks = 3
    const shared = { hidden: [10, 8], ordering: 'random', orderingSeed: 5 }
    const mixture = made({ ...shared, masks }, domain)
    const agnostic = made({ ...shared, masks, orderAgnostic: true }, domain)
    const parameters = farFromUniform(mixture, 5)
    const states = everyExample(domain)
    const mixed = logProbOf({ model: mixture, domain, parameters }, states)
    // The same masks one by one: those of the first ordering's degrees.
    const alone = made(shared, domain)
    const first = logProbOf({ model: agnostic.members!.of(0), domain, parameters }, states)
    // The biases join the sums in another order.
    logProbOf({ model: alone, domain, parameters }, states).forEach((value, state) => expect(Math.abs(value - first[state]!)).toBeLessThan(1e-5))
    const ordered = Array.from({ length: masks }, (_value, member) => memberWithFirstOrdering(shared, masks, domain, member))
    const expected = ensembleLogProb(ordered.map((model) => logProbOf({ model, domain, parameters }, states)))
    mixed.forEach((value, state) => expect(Math.abs(value - expected[state]!)).toBeLessThan(1e-4))
    tf.dispose(parameters)
  })
})

/** One member of the mixture as a model of its own: its hidden degrees are those of `degreesSeed` moved by its number. */
function memberWithFirstOrdering(shared: Record<string, unknown>, _masks: number, domain: Domain, member: number): Model {
  return made(member === 0 ? shared : { ...shared, degrees: 'random', degreesSeed: 7919 * member }, domain)
}

describe('masks with orderings of their own', () => {
  const domain = tableDomain(7, 2)
  const model = made({ hidden: [12], masks: 4, orderAgnostic: true }, domain)

  it('are each a normalised chain in its ordering, with a cached sampler', async () => {
    const parameters = farFromUniform(model, 5)
    const orderings = new Set<string>()
    for (let member = 0; member < 4; member++) {
      const subject = { model: model.members!.of(member), domain, parameters }
      orderings.add(subject.model.ordering!.join())
      checkAutoregressive(subject)
      expect(logProbOf(subject, everyExample(domain)).reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)
      expect(await checkCachedSampler(subject)).toBeLessThan(1e-4)
    }
    expect(orderings.size).toBe(4)
    tf.dispose(parameters)
  })

  it('serve any other ordering, as a normalised chain with samplers of its own', async () => {
    const parameters = farFromUniform(model, 5)
    const ordering = Int32Array.of(4, 0, 6, 2, 1, 5, 3)
    const subject = { model: model.withOrdering!(ordering), domain, parameters }
    expect(subject.model.ordering).toEqual(ordering)
    checkAutoregressive(subject)
    expect(logProbOf(subject, everyExample(domain)).reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)
    expect(await checkCachedSampler(subject)).toBeLessThan(1e-4)
    // An ordering that training drew keeps the masks that it was drawn with.
    const known = model.members!.of(2)
    const states = everyExample(domain)
    expect(logProbOf({ ...subject, model: model.withOrdering!(known.ordering!) }, states)).toEqual(logProbOf({ ...subject, model: known }, states))
    expect(() => model.withOrdering!(Int32Array.of(0, 1))).toThrow('names each of 0 to 6 once')
    tf.dispose(parameters)
  })

  it('have an ensemble that is normalised too and equals the mean of probabilities', () => {
    const parameters = farFromUniform(model, 6)
    const states = everyExample(domain)
    const ensemble = logProbOf({ model: ensembleModel(model), domain, parameters }, states)
    const members = Array.from({ length: 4 }, (_value, member) => logProbOf({ model: model.members!.of(member), domain, parameters }, states))
    const expected = ensembleLogProb(members)
    ensemble.forEach((value, state) => expect(Math.abs(value - expected[state]!)).toBeLessThan(1e-4))
    expect(ensemble.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)
    // Better on average than its members, by Jensen.
    const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(ensemble)).toBeGreaterThan(mean(members.map(mean)))
    expect(() => ensembleModel(model, 5)).toThrow('has 4 members')
    tf.dispose(parameters)
  })

  it('of a density share their dequantised values', () => {
    const graded = tableDomain(3, 8)
    const density = made({ hidden: [12], masks: 2, orderAgnostic: true, conditionals: 'gaussians', components: 2 }, graded)
    const parameters = farFromUniform(density, 6)
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 5, 7], [0, 3, 2]])
      const sums = (model: Model): Float32Array => tf.sum(model.boundPerDimension!(parameters, x, createNoise(1, 'bound', 0)), 1).dataSync() as Float32Array
      const expected = ensembleLogProb([sums(density.members!.of(0)), sums(density.members!.of(1))])
      sums(ensembleModel(density)).forEach((value, example) => expect(Math.abs(value - expected[example]!)).toBeLessThan(1e-3))
    })
    tf.dispose(parameters)
  })
})

describe.each([
  { name: 'mixed masks', config: { hidden: [40], masks: 4 } },
  { name: 'order-agnostic masks', config: { hidden: [40], masks: 4, orderAgnostic: true } },
  { name: 'mixed masks of mixtures', config: { hidden: [40], masks: 2, conditionals: 'logistics', components: 3 } },
  { name: 'one mask of mixtures of Gaussians', config: { hidden: [40], conditionals: 'gaussians', components: 3 } },
])('training $name', ({ config }) => {
  it('draws a mask for each step in a compiled program, and all members learn', () => {
    const graded = 'conditionals' in config
    const domain = graded ? imageDomain(3, 3, 1, 16) : imageDomain(3, 3)
    const D = dimensionsOf(domain)
    const rows = 100
    const stream = randomStream(3, 'blobs')
    const x = new Float32Array(rows * D)
    for (let row = 0; row < rows; row++) {
      const base = stream.uniform()
      for (let i = 0; i < D; i++) x[row * D + i] = Math.min(domain.levels - 1, Math.floor(domain.levels * (0.8 * base + 0.2 * stream.uniform())))
    }
    const model = made(config, domain)
    const learner = createLearner({ model, batchShape: [rows, D], masked: false, evaluationShape: [rows, D], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: 50, ema: null, seed: 0 })
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      const scored = (): number => tf.tidy(() => -tf.sum(learner.logProb('raw')(tf.tensor2d(x, [rows, D]))).dataSync()[0]! / rows)
      const before = scored()
      const nats = Array.from({ length: 200 }, (_value, step) => learner.step({ levels: x, mask: null, counted: rows }, 1e-2, step + 1).nats)
      expect(scored()).toBeLessThan(0.8 * before)
      expect(nats.at(-1)).toBeLessThan(0.85 * nats[0]!)
      if (model.members) {
        const weights = learner.read().weights
        tf.tidy(() => {
          const parameters = Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
          for (let member = 0; member < model.members!.count; member++)
            expect(-logProbOf({ model: model.members!.of(member), domain, parameters }, x).reduce((sum, value) => sum + value, 0) / rows).toBeLessThan(0.8 * before)
        })
      }
    } finally {
      learner.dispose()
    }
  })
})
