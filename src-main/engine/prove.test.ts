import { beforeAll, describe, expect, it } from 'vitest'
import { made } from '../ml/models/made'
import type { Model } from '../ml/models/model'
import { startEngine } from '../ml/tensor/startEngine'
import { tf } from '../ml/tensor/tf'
import { refuseLeaks, prove } from './prove'
import { chainDomain } from './testStore'

beforeAll(() => startEngine())
const document = { family: 'made', config: { hidden: [32], direct: true } }

describe('before a training', () => {
  it('a model is proved causal', async () => {
    expect(await prove({ model: document, domain: chainDomain })).toMatchObject({ causal: true, leaks: [], perturbed: 36, dimensions: 36 })
  })

  it('a model that leaks is refused with the block and the dimensions', () => {
    const right = made.build(made.description.schema.parse(document.config), chainDomain, 0)
    const leaky: Model = {
      ...right,
      conditionals: (parameters, x) => tf.add(right.conditionals(parameters, x), tf.expandDims(tf.matMul(x as tf.Tensor2D, parameters['direct.weight'] as tf.Tensor2D), 2)),
    }
    expect(() => refuseLeaks(document, leaky, chainDomain)).toThrow(
      /looks at what it should predict: direct \(masked-dense\): the conditional of dimension \d+ changes with dimension \d+.*not trained/,
    )
    expect(() => refuseLeaks(document, right, chainDomain)).not.toThrow()
  })

  it('a path without weights is said to be one', () => {
    const right = made.build(made.description.schema.parse(document.config), chainDomain, 0)
    const leaky: Model = { ...right, conditionals: (parameters, x) => tf.add(right.conditionals(parameters, x), tf.expandDims(x, 2)) }
    expect(() => refuseLeaks(document, leaky, chainDomain)).toThrow(/a path without weights/)
  })
})
