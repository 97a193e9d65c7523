import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { farFromUniform } from '../evaluation/probeWeights'
import type { Model, Parameters } from '../models/model'
import { familyById } from '../models/registry'
import { audioDomain, imageDomain } from '../models/testSupport'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { drawSamples } from './ancestral'

describe('drawing samples', () => {
  const domain = imageDomain(6, 6, 1, 4)
  let model: Model
  let parameters: Parameters
  beforeAll(async () => {
    await startEngine()
    const family = familyById('pixelcnn')
    model = family.build(
      family.description.schema.parse({ channels: 8, blocks: 1, bottleneck: 6, firstKernel: 3, headChannels: 8 }),
      domain,
      0,
    )
    parameters = farFromUniform(model, 1)
  })
  afterAll(() => tf.dispose(parameters as Record<string, tf.Tensor>))

  it('does not depend on how many are drawn, nor on the batch', async () => {
    const all = await drawSamples({ model, parameters, count: 9, seed: 3 })
    const few = await drawSamples({ model, parameters, count: 4, seed: 3, batchSize: 1 })
    expect(Array.from(few.levels)).toEqual(Array.from(all.levels.subarray(0, 4 * 36)))
    expect(few.logProb).toEqual(all.logProb.slice(0, 4))
    expect(all.method).toBe('cached')
    const other = await drawSamples({ model, parameters, count: 4, seed: 4 })
    expect(Array.from(other.levels)).not.toEqual(Array.from(few.levels))
  })

  it('reports the exact log-probability of each sample, whatever the temperature', async () => {
    const { levels, logProb } = await drawSamples({ model, parameters, count: 5, seed: 1, temperature: 0.7 })
    const exact = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(levels), [5, 36])
      return tf.sum(model.distribution.logProb(model.conditionals(parameters, x), x), 1).dataSync()
    })
    logProb.forEach((value, sample) => expect(Math.abs(value - exact[sample]!)).toBeLessThan(1e-3))
  })

  it('gives the mean intensity of each conditional along the path', async () => {
    const { levels, means } = await drawSamples({ model, parameters, count: 3, seed: 1 })
    const expected = tf.tidy(() =>
      model.distribution.mean(model.conditionals(parameters, tf.tensor2d(Float32Array.from(levels), [3, 36]))).dataSync(),
    )
    means!.forEach((mean, index) => expect(Math.abs(mean - (255 * expected[index]!) / 3)).toBeLessThan(0.51))
  })

  it('draws one and the same sample at temperature 0', async () => {
    const { levels } = await drawSamples({ model, parameters, count: 2, seed: 8, temperature: 0 })
    expect(Array.from(levels.subarray(0, 36))).toEqual(Array.from(levels.subarray(36)))
  })

  it('stops when asked to, and lets the event loop turn meanwhile', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 60)
    const endless = drawSamples({ model, parameters, count: 3000, seed: 1, naive: true, signal: controller.signal })
    await expect(endless).rejects.toThrow(/abort/i)
  })

  it('tells how far it is', async () => {
    const steps: Array<[number, number]> = []
    await drawSamples({ model, parameters, count: 40, seed: 1, naive: true, onProgress: (done, total) => steps.push([done, total]) })
    expect(steps.at(-1)).toEqual([1440, 1440])
    expect(steps.every(([done], index) => index === 0 || done >= steps[index - 1]![0])).toBe(true)
  })

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors
    await drawSamples({ model, parameters, count: 2, seed: 1, naive: true })
    await drawSamples({ model, parameters, count: 2, seed: 1 })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('time series', () => {
  it('are as long as asked, beyond the receptive field too, and need a length', async () => {
    await startEngine()
    const family = familyById('wavenet')
    const model = family.build(
      family.description.schema.parse({ stacks: 1, layersPerStack: 3, residual: 6, skip: 6, head: 6 }),
      audioDomain(30, 8),
      0,
    )
    const parameters = farFromUniform(model, 2)
    const request = { model, parameters, count: 3, seed: 2, length: 45 }
    const cached = await drawSamples(request)
    const naive = await drawSamples({ ...request, naive: true })
    expect(cached.levels).toHaveLength(135)
    expect(cached.means).toBeNull()
    expect(Array.from(cached.levels)).toEqual(Array.from(naive.levels))
    await expect(drawSamples({ ...request, length: null })).rejects.toThrow(/how many samples long/)
    tf.dispose(parameters)
  })

  it('are told of while they grow, each step once and in order, by the kernels and without them', async () => {
    const family = familyById('wavenet')
    const model = family.build(family.description.schema.parse({ stacks: 1, layersPerStack: 3, residual: 6, skip: 6, head: 6 }), audioDomain(30, 8), 0)
    const parameters = farFromUniform(model, 2)
    for (const { kernels, count } of [{ kernels: true, count: 2 }, { kernels: true, count: 17 }, { kernels: false, count: 2 }]) {
      const heard: number[][] = Array.from({ length: count }, () => [])
      const onDrawn = (sample: number, from: number, levels: ArrayLike<number> & Iterable<number>): void => {
        expect(from).toBe(heard[sample]!.length)
        heard[sample]!.push(...levels)
      }
      const { levels } = await drawSamples({ model, parameters, count, seed: 4, length: 100, kernels, onDrawn })
      expect(heard.flat()).toEqual(Array.from(levels))
    }
    tf.dispose(parameters)
  })
})
