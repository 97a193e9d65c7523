import { beforeAll, expect, it } from 'vitest'
import { everyExample } from '../models/exactness'
import { familyById } from '../models/registry'
import { audioDomain, imageDomain, tableDomain } from '../models/testSupport'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { ExampleSource } from './exampleSource'
import { farFromUniform } from './probeWeights'
import { eagerScorer } from './scorer'
import { divergenceFromData, entropyOfCounts, entropyOfSplit, isTiny, totalProbability } from './tinyDomain'

beforeAll(() => startEngine())
const now = (): Promise<void> => Promise.resolve()

it('only binary vectors of up to 16 dimensions are enumerated', () => {
  expect([tableDomain(16), imageDomain(4, 4), tableDomain(17), tableDomain(5, 3), audioDomain(5, 2)].map(isTiny)).toEqual([true, true, false, false, false])
})

it('the entropy of counts is that of their frequencies', () => {
  expect(entropyOfCounts([1, 1, 1, 1])).toBeCloseTo(Math.log(4), 12)
  expect(entropyOfCounts([5, 0])).toBeCloseTo(0, 12)
  expect(entropyOfCounts([1, 3])).toBeCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), 12)
  expect(entropyOfCounts([])).toBe(0)
})

it('mean NLL less entropy is the divergence, and the probabilities of all states sum to 1', async () => {
  const domain = tableDomain(6)
  const rows = 300
  const random = randomStream(2, 'split')
  const levels = Float32Array.from({ length: rows * 6 }, (_value, index) => (random.uniform() < 0.2 + 0.1 * (index % 6) ? 1 : 0))
  const source: ExampleSource = {
    count: rows,
    totalDimensions: rows * 6,
    lengthOf: () => 6,
    read: (indices) => Promise.resolve(Float32Array.from(Array.from(indices).flatMap((index) => Array.from(levels.subarray(index * 6, index * 6 + 6))))),
    readWindow: () => Promise.reject(new Error('a table has no windows')),
    labelsOf: () => Promise.resolve(null),
  }
  const model = familyById('nade').build({ hidden: 5, ordering: 'raster', orderingSeed: 0 }, domain, 0)
  const parameters = farFromUniform(model, 3)
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: parameters[name]!.dataSync() as Float32Array }]))
  const scorer = eagerScorer(model, weights, 0)
  const logProbOf = (values: Float32Array): Float32Array => tf.tidy(() => tf.sum(scorer.logProb(tf.tensor2d(values, [values.length / 6, 6])), 1).dataSync() as Float32Array)
  const nll = -logProbOf(levels).reduce((sum, value) => sum + value, 0) / rows
  const entropy = await entropyOfSplit(source, now)

  // By its definition, Σ p log p/q over the states.
  const frequencies = new Float64Array(64)
  for (let row = 0; row < rows; row++) {
    const state = levels.subarray(row * 6, row * 6 + 6).reduce((number, bit) => 2 * number + bit, 0)
    frequencies[state] = frequencies[state]! + 1 / rows
  }
  const q = logProbOf(everyExample(domain))
  const expected = frequencies.reduce((sum, p, state) => (p > 0 ? sum + p * (Math.log(p) - q[state]!) : sum), 0)
  expect(expected).toBeGreaterThan(0.1)
  expect(divergenceFromData(nll, entropy)).toBeCloseTo(expected, 4)
  expect(await totalProbability(scorer.logProb, domain, 10, now)).toBeCloseTo(1, 4)
  scorer.dispose()
  tf.dispose(parameters)
})
