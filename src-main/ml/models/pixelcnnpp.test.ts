import { beforeAll, describe, expect, it } from 'vitest'
import { anyGroup } from '../../contract/inspect/blocks/gatedMasks'
import { plusNodes, tracePlus } from '../../contract/inspect/pixelcnnppNodes'
import { pixelCnnPlusSchema } from '../../contract/inspect/pixelcnnpp'
import { checkCausality } from '../evaluation/causality'
import { logProbPerDimension } from '../evaluation/logProb'
import { farFromUniform } from '../evaluation/probeWeights'
import { normalisedWeight } from '../layers/weightNorm'
import { initialParameters } from '../tensor/initialize'
import { createNoise } from '../tensor/noise'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { checkCachedSampler, measuredDependencies } from './exactness'
import { pixelcnnpp } from './pixelcnnpp'
import { imageDomain } from './testSupport'

beforeAll(() => startEngine())

const parsed = (config: Record<string, unknown>) => pixelCnnPlusSchema.parse({ filters: 6, residuals: 1, components: 2, ...config })
const tensorsOf = (model: ReturnType<typeof pixelcnnpp.build>) =>
  Object.fromEntries(Object.entries(initialParameters(model.parameters, 0)).map(([name, values]) => [name, tf.tensor(values, model.parameters.find((spec) => spec.name === name)!.shape)]))

describe('PixelCNN++', () => {
  it.each([
    { title: 'one resolution', domain: imageDomain(5, 7), config: { resolutions: 1 } },
    { title: 'two resolutions', domain: imageDomain(6, 8), config: { resolutions: 2 } },
    { title: 'three resolutions', domain: imageDomain(8, 8), config: { resolutions: 3, filters: 8 } },
  ])('sees what its nodes claim, with $title', ({ domain, config: given }) => {
    const config = parsed(given)
    const [height, width] = domain.shape as [number, number]
    const nodes = plusNodes(config)
    const D = height * width
    const claimed = new Uint8Array(D * D)
    for (let pixel = 0; pixel < D; pixel++) {
      const from = new Uint8Array(D)
      from[pixel] = 1
      const seen = tracePlus(nodes, anyGroup(from, { height, width, groups: 1 }), height, width)
      claimed.set(seen, pixel * D)
      expect(seen.subarray(pixel).includes(1)).toBe(false)
    }
    const measured = measuredDependencies(pixelcnnpp.build(config, domain, 0), domain, { weights: 6 })
    // What is measured is claimed; of what is claimed little is too faint to be measured (the corners of many kernels on end).
    const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0)
    expect(measured.findIndex((flag, index) => flag > claimed[index]!)).toBe(-1)
    expect(count(measured)).toBeGreaterThan(0.75 * count(claimed))
  })

  it('is causal and sampled exactly in colours at three resolutions', async () => {
    const domain = imageDomain(4, 4, 3, 16)
    const model = pixelcnnpp.build(parsed({ resolutions: 3 }), domain, 0)
    const parameters = farFromUniform(model, 3)
    const { leaks, differentiated, influential } = checkCausality(model, parameters, domain, { perturbations: 24, gradients: 6 })
    expect({ leaks, differentiated }).toEqual({ leaks: [], differentiated: 6 })
    expect(influential).toBeGreaterThan(18)
    expect(await checkCachedSampler({ model, domain, parameters }, 2)).toBeLessThan(1e-4)
    tf.dispose(parameters)
  })

  it('starts near the distribution of the pixels, every map with the mean and the deviation that it was set to', () => {
    const domain = imageDomain(8, 8, 3, 32)
    const random = randomStream(2, 'pictures')
    // Colours that go together, neighbours that are alike.
    const examples = Float32Array.from({ length: 16 * 64 }, () => random.integer(20)).reduce((all, level, pixel) => {
      for (let colour = 0; colour < 3; colour++) all[3 * pixel + colour] = Math.min(31, level + colour * 3 + random.integer(3))
      return all
    }, new Float32Array(16 * 192))
    const marginals = new Float32Array(192 * 32).fill(1 / (16 + 32))
    examples.forEach((level, index) => (marginals[(index % 192) * 32 + level] = marginals[(index % 192) * 32 + level]! + 1 / (16 + 32)))
    const nllOf = (model: ReturnType<typeof pixelcnnpp.build>): number => {
      const parameters = tensorsOf(model)
      const bits = tf.tidy(() => {
        const perDimension = logProbPerDimension(model, parameters, tf.tensor2d(examples, [16, 192]))
        return -tf.mean(perDimension).dataSync()[0]! / Math.LN2
      })
      tf.dispose(parameters)
      return bits
    }
    const plain = nllOf(pixelcnnpp.build(parsed({}), domain, 0))
    const started = pixelcnnpp.build(parsed({}), domain, 0, { marginals, examples })
    // Red alone has log 20 = 4.3 bits of the 5, green and blue about 1.6 each, once the red is known.
    expect(nllOf(started)).toBeLessThan(3.6)
    expect(plain).toBeGreaterThan(4)
    const spec = (name: string) => started.parameters.find((candidate) => candidate.name === name)!
    expect(spec('nodes.2.above.first.gain').init).toMatchObject({ kind: 'values' })
  })

  it('drops activations while training alone', () => {
    const domain = imageDomain(4, 4, 1, 4)
    const model = pixelcnnpp.build(parsed({ dropout: 0.5 }), domain, 0)
    const parameters = farFromUniform(model, 1)
    const x = tf.ones([3, 16])
    const nll = (seed: number): Float32Array => tf.tidy(() => model.trainingNll!(parameters, x, createNoise(seed, 'test')).dataSync() as Float32Array)
    const exact = tf.tidy(() => tf.neg(model.logProbPerDimension!(parameters, x)).dataSync() as Float32Array)
    expect(nll(1)).toEqual(nll(1))
    expect(nll(1)).not.toEqual(nll(2))
    expect(nll(1)).not.toEqual(exact)
    expect(pixelcnnpp.build(parsed({ dropout: 0 }), domain, 0).trainingNll).toBeUndefined()
    tf.dispose([x, ...Object.values(parameters)])
  })

  it('scales every output of a normalised map to its gain', () => {
    const weight = randomStream(1, 'weight').fillNormal(new Float32Array(24))
    const normal = normalisedWeight(weight, Float32Array.of(2, 0.5, 3))
    const norms = [0, 1, 2].map((output) => Math.sqrt(normal.reduce((sum, value, index) => (index % 3 === output ? sum + value * value : sum), 0)))
    expect(norms[0]).toBeCloseTo(2, 5)
    expect(norms[1]).toBeCloseTo(0.5, 5)
    expect(norms[2]).toBeCloseTo(3, 5)
  })

  it('says how often an image can be halved', () => {
    expect(() => pixelcnnpp.build(parsed({ resolutions: 3 }), imageDomain(30, 28), 0)).toThrow(
      /resolutions: with 3 resolutions the image is halved 2 times.*divisible by 4.*30 × 28. Choose 2 resolutions, or import them resized \(--size 28x32\)/,
    )
    expect(pixelcnnpp.description.presets(imageDomain(30, 28)).small.config.resolutions).toBe(2)
    expect(pixelcnnpp.description.presets(imageDomain(27, 28)).small.config.resolutions).toBe(1)
    expect(pixelcnnpp.description.refuses(imageDomain(8, 8, 2))).toMatch(/1 or 3 channels/)
  })
})
