import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { memberOrdering } from '../../contract/inspect/orderAgnostic'
import { orderingOf } from '../../contract/inspect/orderings'
import { ensembleLogProb, ensembleMap, ensembleModel } from '../evaluation/ensemble'
import { logProbPerDimension } from '../evaluation/logProb'
import { farFromUniform } from '../evaluation/probeWeights'
import { initialParameters } from '../tensor/initialize'
import { createNoise } from '../tensor/noise'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { checkAutoregressive, checkCachedSampler, everyExample, logProbOf, measuredDependencies } from './exactness'
import type { Model, Noise } from './model'
import { drawnMask } from './orderAgnostic'
import { familyById } from './registry'
import { imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

function build(id: string, config: Record<string, unknown>, domain: Domain): Model {
  const { description, build: make } = familyById(id)
  return make(description.schema.parse(config), domain, 0)
}

const small = { channels: 4, blocks: 2, firstKernel: 3, headChannels: 5 }
const cases = [
  { id: 'deepnade', title: 'binary', config: { hidden: [9, 8] }, domain: tableDomain(7, 2) },
  { id: 'deepnade', title: 'three levels one-hot', config: { hidden: [8] }, domain: tableDomain(5, 3) },
  { id: 'deepnade', title: 'longer than a block', config: { hidden: [8, 6] }, domain: imageDomain(6, 11) },
  { id: 'convnade', title: 'larger than its squares', config: { ...small, dense: [6, 5] }, domain: imageDomain(9, 8) },
  { id: 'convnade', title: 'smaller than its squares', config: { ...small, dense: [] }, domain: imageDomain(3, 2) },
  { id: 'convnade', title: 'RGB, three levels', config: { ...small, dense: [7] }, domain: imageDomain(2, 3, 3, 3) },
]

describe('the mask of a training step', () => {
  it('observes every number of dimensions equally often, each of them in its share, and weighs what is left', () => {
    const [batch, D] = [4000, 5]
    const [observed, weight] = tf.tidy(() => {
      const mask = drawnMask(createNoise(3, 'mask', 1), batch, D)
      return [mask.observed.dataSync() as Float32Array, mask.weight.dataSync() as Float32Array]
    })
    const counts = new Int32Array(D + 1)
    const each = new Int32Array(D)
    for (let row = 0; row < batch; row++) {
      const own = observed.subarray(row * D, (row + 1) * D)
      const known = own.reduce((sum, value) => sum + value, 0)
      counts[known] = counts[known]! + 1
      own.forEach((value, dimension) => (each[dimension] = each[dimension]! + value))
      expect(weight[row]).toBeCloseTo((D + 1) / Math.max(1, D - known), 5)
    }
    // Standard deviations of a count are 24 and 32.
    for (const count of counts) expect(Math.abs(count - batch / (D + 1))).toBeLessThan(100)
    for (const count of each) expect(Math.abs(count - batch / 2)).toBeLessThan(130)
  })
})

describe.each(cases)('$id, $title', ({ id, config, domain }) => {
  const D = dimensionsOf(domain)
  const exampleOf = (seed: number): Float32Array => {
    const random = randomStream(seed, 'example')
    return Float32Array.from({ length: D }, () => random.integer(domain.levels))
  }

  it('has in its chain what the whole net says given the mask', () => {
    const model = build(id, config, domain)
    const parameters = farFromUniform(model, 3)
    const ordering = model.ordering!
    tf.tidy(() => {
      const x = tf.tensor2d(exampleOf(1), [1, D])
      const chain = model.distribution.logProb(model.conditionals(parameters, x), x).dataSync()
      for (let known = 0; known < D; known += Math.max(1, Math.floor(D / 12))) {
        // Noise by which the first `known` dimensions of the ordering are observed.
        const below = new Float32Array(D).fill(0.75)
        for (const dimension of ordering.subarray(0, known)) below[dimension] = 0.25
        const noise: Noise = { uniform: (shape) => (shape[1] === 1 ? tf.fill(shape, 0.5) : tf.tensor(below, shape)) }
        const nll = model.trainingNll!(parameters, x, noise).dataSync()
        const weight = (D + 1) / (D - known)
        for (const dimension of ordering.subarray(0, known)) expect(nll[dimension]! + 0).toBe(0)
        expect(Math.abs(nll[ordering[known]!]! / weight + chain[ordering[known]!]!)).toBeLessThan(2e-4)
      }
    })
    tf.dispose(parameters)
  })

  it('is a chain under any ordering, and refuses what is none', async () => {
    const model = build(id, { ...config, ordering: 'raster' }, domain)
    const other = model.withOrdering!(orderingOf('random', domain.shape, 77))
    expect(other.parameters).toEqual(model.parameters)
    expect([...other.ordering!]).not.toEqual([...model.ordering!])
    const parameters = farFromUniform(model, 4)
    if (D <= 18) {
      const subject = { model: other, domain, parameters }
      checkAutoregressive(subject)
      expect(await checkCachedSampler(subject)).toBeLessThan(1e-4)
    }
    const back = other.withOrdering!(model.ordering!)
    const rows = exampleOf(2)
    expect(logProbOf({ model: back, domain, parameters }, rows)).toEqual(logProbOf({ model, domain, parameters }, rows))
    expect(logProbOf({ model: other, domain, parameters }, rows)[0]).not.toBeCloseTo(logProbOf({ model, domain, parameters }, rows)[0]!, 4)
    expect(() => model.withOrdering!(new Int32Array(D))).toThrow(`names each of 0 to ${D - 1} once`)
    expect(() => model.withOrdering!(Int32Array.of(0))).toThrow('1 entries')
    tf.dispose(parameters)
  })
})

describe.each([
  { id: 'deepnade', config: { hidden: [6] }, domain: imageDomain(2, 2) },
  { id: 'convnade', config: { ...small, blocks: 1, dense: [4] }, domain: imageDomain(2, 2) },
])('$id on four pixels', ({ id, config, domain }) => {
  const model = build(id, config, domain)

  it('is trained on the NLL averaged over all orderings', () => {
    const parameters = farFromUniform(model, 5)
    const example = Float32Array.of(1, 0, 1, 1)
    const orderings = permutations([0, 1, 2, 3])
    const expected = orderings.reduce((sum, ordering) => sum - logProbOf({ model: model.withOrdering!(Int32Array.from(ordering)), domain, parameters }, example)[0]! / orderings.length, 0)
    const rows = 20_000
    const drawn = tf.tidy(() => {
      const x = tf.tile(tf.tensor2d(example, [1, 4]), [rows, 1])
      return tf.sum(model.trainingNll!(parameters, x, createNoise(2, 'noise', 1)), 1).dataSync() as Float32Array
    })
    const mean = drawn.reduce((sum, value) => sum + value, 0) / rows
    const error = Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / rows
    expect(orderings).toHaveLength(24)
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error)
    expect(error).toBeLessThan(0.02 * expected)
    tf.dispose(parameters)
  })

  it('has an ensemble of orderings that is normalised and the mean of their probabilities', () => {
    const parameters = farFromUniform(model, 6)
    const states = everyExample(domain)
    const members = Array.from({ length: 3 }, (_value, member) => model.members!.of(member))
    expect(members[0]!.ordering).toEqual(model.ordering)
    members.forEach((member, index) => expect(member.ordering).toEqual(memberOrdering({ ordering: 'random', orderingSeed: 0 }, domain, index)))
    const expected = ensembleLogProb(members.map((member) => logProbOf({ model: member, domain, parameters }, states)))
    const ensemble = logProbOf({ model: ensembleModel(model, 3), domain, parameters }, states)
    ensemble.forEach((value, state) => expect(Math.abs(value - expected[state]!)).toBeLessThan(1e-4))
    expect(ensemble.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)

    // Its map, gathered member by member, is that of the model of all members at once.
    const perDimension = (of: Model): Float32Array => tf.tidy(() => logProbPerDimension(of, parameters, tf.tensor2d(states, [16, 4])).dataSync() as Float32Array)
    const gathered = ensembleMap(16, 4)
    for (const member of members) {
      const logProb = perDimension(member)
      gathered.add(logProb.subarray(0, 40), 0, 10)
      gathered.add(logProb.subarray(40), 10, 6)
    }
    const atOnce = perDimension(ensembleModel(model, 3))
    gathered.nats(3).forEach((value, dimension) => {
      const expectedNats = -Array.from({ length: 16 }, (_value, example) => atOnce[example * 4 + dimension]!).reduce((sum, share) => sum + share, 0) / 16
      expect(value).toBeCloseTo(expectedNats, 4)
    })
    tf.dispose(parameters)
  })
})

describe.each([
  { id: 'deepnade', config: { hidden: [40, 40] } },
  { id: 'convnade', config: { channels: 8, blocks: 2, firstKernel: 3, headChannels: 12, dense: [20] } },
])('training $id', ({ id, config }) => {
  it('draws masks in a compiled program, and all orderings learn', () => {
    const domain = imageDomain(4, 4)
    const [rows, D] = [100, 16]
    const stream = randomStream(3, 'bars')
    const x = new Float32Array(rows * D)
    for (let row = 0; row < rows; row++) {
      const bars = Array.from({ length: 4 }, () => stream.integer(2))
      for (let i = 0; i < D; i++) x[row * D + i] = stream.uniform() < 0.05 ? 1 - bars[i % 4]! : bars[i % 4]!
    }
    const model = build(id, config, domain)
    const learner = createLearner({ model, batchShape: [rows, D], masked: false, evaluationShape: [rows, D], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: null, ema: null, seed: 0 })
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      for (let step = 0; step < 150; step++) learner.step({ levels: x, mask: null, counted: rows }, 1e-2, step + 1)
      const weights = learner.read().weights
      tf.tidy(() => {
        const parameters = Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
        for (let member = 0; member < 3; member++) {
          const nats = -logProbOf({ model: model.members!.of(member), domain, parameters }, x).reduce((sum, value) => sum + value, 0) / rows
          // Independent pixels: 16 ln 2 = 11.1; the truth: 4 ln 2 and the entropy of the noise, 5.9.
          expect(nats).toBeLessThan(8)
        }
      })
    } finally {
      learner.dispose()
    }
  })
})

describe('what is claimed of a configuration', () => {
  it.each(cases)('counts the weights of $id, $title', ({ id, config, domain }) => {
    const { description } = familyById(id)
    const built = build(id, config, domain).parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
    expect(description.inspect(description.schema.parse(config), domain).parameters).toBe(built)
  })

  it.each([
    { title: 'convolutions alone', dense: [], ordering: 'raster' },
    { title: 'convolutions alone, random ordering', dense: [], ordering: 'random' },
    { title: 'a dense branch', dense: [12], ordering: 'random' },
  ])('draws what a pixel sees as it is measured: $title', ({ dense, ordering }) => {
    const domain = imageDomain(6, 7)
    const config = { channels: 8, blocks: 1, firstKernel: 3, headChannels: 8, dense, ordering }
    const { description } = familyById('convnade')
    const parsed = description.schema.parse(config)
    const measured = measuredDependencies(build('convnade', config, domain), domain)
    let largest = 0
    for (let pixel = 0; pixel < 42; pixel++) {
      const { map, size } = description.inspect(parsed, domain, { pixel: [Math.floor(pixel / 7), pixel % 7] }).receptiveField
      const seen = Array.from(map!.cells, (cell) => Number(cell === 1))
      expect([...measured.subarray(pixel * 42, (pixel + 1) * 42)]).toEqual(seen)
      largest = Math.max(largest, seen.reduce((sum, cell) => sum + cell, 0))
      expect(largest).toBeLessThanOrEqual(size)
    }
    expect(largest).toBeGreaterThan(dense.length > 0 ? 40 : 8)
  })
})

function permutations(values: number[]): number[][] {
  return values.length < 2 ? [values] : values.flatMap((first, index) => permutations(values.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
