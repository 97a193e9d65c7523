import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { farFromUniform } from '../evaluation/probeWeights'
import { drawSamples } from '../sampling/ancestral'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { gatedPixelcnn } from './gatedPixelcnn'
import { imageDomain } from './testSupport'

beforeAll(() => startEngine())

const classes: Domain = { ...imageDomain(6, 7, 1, 2), classes: 4 }
const colours = imageDomain(4, 5, 3, 4)
const small = { channels: 9, layers: 2, kernel: 3, firstKernel: 5, headChannels: 8 }

describe('a conditional Gated PixelCNN', () => {
  it.each([
    { title: 'classes', domain: classes, config: { ...small, condition: 'class' }, condition: Float32Array.of(0, 1, 2, 3, 3, 2, 1, 0, 2) },
    {
      title: 'vectors, RGB',
      domain: colours,
      config: { ...small, condition: 'vector', conditionSize: 2 },
      condition: Float32Array.from({ length: 18 }, (_value, index) => Math.sin(index)),
    },
  ])('draws the same by the kernels, by the cache and naively: $title', async ({ domain, config, condition }) => {
    const model = gatedPixelcnn.build(gatedPixelcnn.description.schema.parse(config), domain, 0)
    const parameters = farFromUniform(model, 4)
    const request = { model, parameters, count: 9, seed: 3, condition }
    const naive = await drawSamples({ ...request, naive: true })
    const cached = await drawSamples({ ...request, kernels: false })
    const kernels = await drawSamples(request)
    expect(cached.levels).toEqual(naive.levels)
    expect(kernels.levels).toEqual(naive.levels)
    kernels.logProb.forEach((nats, sample) => expect(nats).toBeCloseTo(naive.logProb[sample]!, 3))
    tf.dispose(parameters)
  })

  it('gives every class a density of its own', () => {
    const model = gatedPixelcnn.build(gatedPixelcnn.description.schema.parse({ ...small, condition: 'class' }), classes, 0)
    expect(model.conditioning).toEqual({ kind: 'class', classes: 4 })
    const parameters = farFromUniform(model, 4)
    const [first, second] = tf.tidy(() =>
      [0, 1].map((label) => model.conditionals(parameters, tf.zeros([1, 42]), tf.tensor1d([label])).dataSync() as Float32Array),
    )
    expect(first!.some((value, index) => Math.abs(value - second![index]!) > 0.01)).toBe(true)
    tf.dispose(parameters)
  })

  it('says what is missing', () => {
    const build = (config: Record<string, unknown>, domain: Domain) => () =>
      gatedPixelcnn.build(gatedPixelcnn.description.schema.parse({ ...small, ...config }), domain, 0)
    expect(build({ condition: 'class' }, imageDomain(6, 7))).toThrow(/no labels/)
    expect(build({ condition: 'vector' }, classes)).toThrow(/conditionSize/)
  })
})
