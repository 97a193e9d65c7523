import { beforeAll, expect, it } from 'vitest'
import { farFromUniform } from '../evaluation/probeWeights'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { familyById } from './registry'
import { pairDomain } from './testSupport'

beforeAll(() => startEngine())

it.each(['bytenet-pairs', 'transformer-pairs'])('%s: the targets of one source have probabilities that sum to 1, and nothing follows an end', (id) => {
  const { description, build } = familyById(id)
  const domain = pairDomain(3, 3, 3)
  const model = build(description.schema.parse({ channels: 8, ...(id === 'bytenet-pairs' ? { layersPerSet: 2 } : { layers: 1, heads: 2 }) }), domain, 0)
  const parameters = farFromUniform(model, 3)
  const targets = Array.from({ length: 27 }, (_value, state) => [Math.floor(state / 9), Math.floor(state / 3) % 3, state % 3])
  for (const source of [[1, 2, 0], [2, 0, 0]]) {
    const logProb = tf.tidy(() => tf.sum(model.logProbPerDimension!(parameters, tf.tensor2d(targets.map((target) => [...source, ...target]))), 1).dataSync() as Float32Array)
    expect(logProb.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5)
    targets.forEach(([first, second, third], index) => {
      const impossible = (first === 0 && (second !== 0 || third !== 0)) || (second === 0 && third !== 0)
      expect(Math.exp(logProb[index]!) === 0).toBe(impossible)
    })
  }
  tf.dispose(parameters)
})
