import { beforeAll, expect, test } from 'vitest'
import { made } from '../models/made'
import type { Model } from '../models/model'
import { nade } from '../models/nade'
import { tableDomain } from '../models/testSupport'
import { initialParameters } from '../tensor/initialize'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { featureLayers } from './features'

beforeAll(() => startEngine())

const D = 5
/** The last dimension is 0, so that what NADE's hidden layer has seen at its own step is all there is. */
const levels = [
  [1, 0, 1, 1, 0],
  [0, 1, 1, 0, 0],
]

function tensors(model: Model, seed: number): Record<string, tf.Tensor> {
  const values = initialParameters(model.parameters, seed)
  return Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(values[name]!.map((value) => value * 3 + 0.1), shape)]))
}

test('NADE: the hidden layer is the one that the last conditional is made of', () => {
  tf.tidy(() => {
    const domain = tableDomain(D)
    const config = nade.description.schema.parse({ hidden: 4 })
    const model = nade.build(config as never, domain, 1)
    const parameters = tensors(model, 1)
    const x = tf.tensor2d(levels)
    const [h] = featureLayers({ family: 'nade', config: { hidden: 4 } }, domain)!.of(parameters, x)
    const logits = model.conditionals(parameters, x).arraySync() as number[][][]
    const V = parameters.V!.arraySync() as number[][]
    const b = parameters.b!.arraySync() as number[]
    ;(h!.arraySync() as number[][]).forEach((units, row) => {
      expect(units.reduce((sum, value, unit) => sum + value * V[D - 1]![unit]!, b[D - 1]!)).toBeCloseTo(logits[row]![D - 1]![0]!, 4)
    })
  })
})

test('MADE: the last layer is the one that the last output is made of', () => {
  tf.tidy(() => {
    const domain = tableDomain(D)
    const config = { hidden: [6, 7], direct: false }
    const model = made.build(made.description.schema.parse(config) as never, domain, 1)
    const parameters = tensors(model, 2)
    const x = tf.tensor2d(levels)
    const layers = featureLayers({ family: 'made', config }, domain)!
    expect(layers.names).toEqual(['hidden.0', 'hidden.1'])
    const [first, last] = layers.of(parameters, x)
    expect([first!.shape, last!.shape]).toEqual([[2, 6], [2, 7]])
    const logits = model.conditionals(parameters, x).arraySync() as number[][][]
    const V = parameters['output.weight']!.arraySync() as number[][]
    const bias = parameters['output.bias']!.arraySync() as number[]
    ;(last!.arraySync() as number[][]).forEach((units, row) => {
      expect(units.reduce((sum, value, unit) => sum + value * V[unit]![D - 1]!, bias[D - 1]!)).toBeCloseTo(logits[row]![D - 1]![0]!, 4)
    })
  })
})

test('families without a vector of the whole example have none', () => {
  expect(featureLayers({ family: 'fvsbn', config: {} }, tableDomain(D))).toBeNull()
})
