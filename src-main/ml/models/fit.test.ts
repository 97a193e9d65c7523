import { beforeAll, describe, expect, it } from 'vitest'
import { initialParameters } from '../tensor/initialize'
import { sumAll } from '../tensor/ops'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { DataStatistics } from './model'
import { families, familyById } from './registry'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

/** Rows of levels with uneven marginals, and their add-one smoothed frequencies. */
function data(rows: number, dimensions: number, levels: number): { x: Float32Array; statistics: DataStatistics } {
  const random = randomStream(5, 'data')
  const x = Float32Array.from({ length: rows * dimensions }, (_value, index) =>
    Math.floor(levels * random.uniform() ** (1 + (index % dimensions) / 2)),
  )
  const marginals = new Float32Array(dimensions * levels).fill(1 / (rows + levels))
  x.forEach((level, index) => {
    const at = (index % dimensions) * levels + level
    marginals[at] = marginals[at]! + 1 / (rows + levels)
  })
  return { x, statistics: { marginals } }
}

describe('the independent family', () => {
  it.each([2, 5])('fitted by counting has the marginals as its probabilities, %i levels', (levels) => {
    const domain = tableDomain(6, levels)
    const { x, statistics } = data(200, 6, levels)
    const model = familyById('independent').build({}, domain, 0)
    const { logits } = model.fit!(statistics)
    const logProb = tf.tidy(() => {
      const rows = tf.tensor2d(x, [200, 6])
      return model.distribution
        .logProb(model.conditionals({ logits: tf.tensor(logits!, model.parameters[0]!.shape) }, rows), rows)
        .dataSync()
    })
    logProb.forEach((value, index) => expect(value).toBeCloseTo(Math.log(statistics.marginals[(index % 6) * levels + x[index]!]!), 4))
  })

  it('reaches the counts by gradient descent as well', () => {
    const levels = 3
    const domain = tableDomain(4, levels)
    const { x } = data(300, 4, levels)
    const model = familyById('independent').build({}, domain, 0)
    const logits = tf.variable(tf.zeros([4, levels]))
    const optimizer = tf.train.adam(0.1)
    const rows = tf.tensor2d(x, [300, 4])
    for (let step = 0; step < 200; step++) {
      optimizer.minimize(
        () => tf.div(tf.neg(sumAll(model.distribution.logProb(model.conditionals({ logits }, rows), rows))), 300) as tf.Scalar,
      )
    }
    const probabilities = tf.tidy(() => tf.softmax(logits).dataSync())
    for (let dimension = 0; dimension < 4; dimension++) {
      for (let level = 0; level < levels; level++) {
        let hits = 0
        for (let row = 0; row < 300; row++) if (x[row * 4 + dimension] === level) hits++
        expect(probabilities[dimension * levels + level]).toBeCloseTo(hits / 300, 2)
      }
    }
    optimizer.dispose()
    tf.dispose([logits, rows])
  })
})

/** Every family must start near the marginals of the data when it is given them: that is worth thousands of steps. */
describe.each(
  families.flatMap(({ description }) =>
    [imageDomain(4, 5), imageDomain(3, 3, 3, 4), imageDomain(4, 4, 1, 8), audioDomain(40, 16)].flatMap((domain) =>
      description.refuses(domain)
        ? []
        : [{ id: description.id, domain, name: `${description.id} on ${domain.kind} ${domain.shape.join('×')}, ${domain.levels} levels` }],
    ),
  ),
)('$name', ({ id, domain }) => {
  it('starts better than uniform from the statistics of the data', () => {
    const family = familyById(id)
    const dimensions = domain.shape.reduce((product, size) => product * size, 1)
    const { x, statistics } = data(60, dimensions, domain.levels)
    // Audio has the marginals of one sample, [K].
    const shared = new Float32Array(domain.levels)
    statistics.marginals.forEach((value, index) => {
      shared[index % domain.levels] = shared[index % domain.levels]! + value / dimensions
    })
    const model = family.build(
      family.description.presets(domain).small.config,
      domain,
      0,
      domain.kind === 'audio' ? { marginals: shared } : statistics,
    )
    const values = initialParameters(model.parameters, 0)
    const nats = tf.tidy(() => {
      const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(values[name]!, shape)]))
      const rows = tf.tensor2d(x, [60, dimensions])
      return -tf.mean(model.distribution.logProb(model.conditionals(parameters, rows), rows)).dataSync()[0]!
    })
    expect(nats).toBeLessThan(Math.log(domain.levels) + 0.05)
  })
})
