import { beforeAll, describe, expect, it } from 'vitest'
import { made as description } from '../../contract/inspect/made'
import { proveCausality } from '../evaluation/causality'
import { farFromUniform } from '../evaluation/probeWeights'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { everyExample, logProbOf } from './exactness'
import { made } from './made'
import { parameterOf } from './parameterOf'
import { tableDomain } from './testSupport'

/** MADE without masks: what the masks are for. */
const domain = tableDomain(6)
const configured = (masked: boolean) => description.schema.parse({ hidden: [24], masked })

beforeAll(() => startEngine())

describe('a MADE without masks', () => {
  it('is refused with the blocks that its inputs come in by', () => {
    const { causal, leaks, parameters, receptiveField } = description.inspect(configured(false), domain)
    expect(causal).toBe(false)
    expect(leaks.map(({ block }) => block)).toEqual(['hidden.0', 'direct'])
    expect(leaks[0]!.reason).toMatch(/autoencoder.*no likelihood/)
    expect(parameters).toBe(6 * 24 + 24 + 24 * 6 + 6 + 6 * 6)
    expect(receptiveField.text).toBe('all dimensions, its own among them')
    expect(description.inspect(configured(true), domain)).toMatchObject({ causal: true, leaks: [] })
  })

  it('sees what it predicts on the built model', () => {
    const model = made.build(configured(false), domain, 0)
    expect(proveCausality(model, domain).leaks.some(({ conditional, sees }) => conditional === sees)).toBe(true)
  })

  it('learns to copy: a loss far below the entropy of the data, and probabilities that do not sum to 1', () => {
    const data = everyExample(domain)
    // All 64 examples are equally likely, so no likelihood is better than D ln 2 on average.
    const entropy = 6 * Math.LN2
    const learned = (masked: boolean): { loss: number; total: number } => {
      const model = made.build(configured(masked), domain, 0)
      const start = farFromUniform(model, 1, 0.5)
      const variables = Object.fromEntries(model.parameters.map(({ name }) => [name, tf.variable(parameterOf(start, name))]))
      const optimizer = tf.train.adam(0.05)
      const x = tf.tensor2d(data, [64, 6])
      const loss = (): tf.Scalar => tf.neg(tf.mean(tf.sum(model.distribution.logProb(model.conditionals(variables, x), x), 1))).asScalar()
      for (let step = 0; step < 60; step++) optimizer.minimize(loss, false, Object.values(variables))
      const joint = logProbOf({ model, domain, parameters: variables }, data)
      const last = loss().dataSync()[0]!
      tf.dispose([start, variables, x])
      optimizer.dispose()
      return { loss: last, total: joint.reduce((sum, value) => sum + Math.exp(value), 0) }
    }
    const autoencoder = learned(false)
    expect(autoencoder.loss).toBeLessThan(0.2 * entropy)
    expect(autoencoder.total).toBeGreaterThan(20)
    const likelihood = learned(true)
    expect(likelihood.loss).toBeGreaterThan(entropy - 1e-3)
    expect(likelihood.total).toBeCloseTo(1, 4)
  })
})
