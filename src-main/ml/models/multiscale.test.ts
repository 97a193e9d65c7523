import { beforeAll, describe, expect, it } from 'vitest'
import { familyDescription } from '../../contract/inspect/registry'
import { emptySet } from '../../contract/inspect/blocks/stream'
import { multiscaleSchema, tracer } from '../../contract/inspect/multiscale'
import { checkCausality } from '../evaluation/causality'
import { farFromUniform } from '../evaluation/probeWeights'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { checkCachedSampler, measuredDependencies } from './exactness'
import { multiscale } from './multiscale'
import { imageDomain } from './testSupport'

beforeAll(() => startEngine())

const small = { channels: 9, coarseLayers: 1, layers: 1, kernel: 3, firstKernel: 3, headChannels: 9, contextChannels: 6 }
const parsed = (config: Record<string, unknown>) => multiscaleSchema.parse({ ...small, ...config })

describe('multi-scale PixelCNN', () => {
  it('generates the sub-sampled pixels first, then the others, each once', () => {
    const { ordering } = multiscale.build(parsed({ factor: 2 }), imageDomain(4, 4), 0)
    expect(Array.from(ordering!)).toEqual([0, 2, 8, 10, 1, 3, 4, 5, 6, 7, 9, 11, 12, 13, 14, 15])
  })

  it.each([
    { title: 'binary', domain: imageDomain(6, 8), config: { factor: 2 } },
    { title: 'RGB, every third', domain: imageDomain(3, 6, 3, 3), config: { factor: 3, conditionals: 'logistics', components: 2 } },
  ])('sees what its blocks claim, under its ordering: $title', ({ domain, config: given }) => {
    const config = parsed(given)
    const model = multiscale.build(config, domain, 0)
    const trace = tracer(config, domain)
    const [height, width, groups] = domain.shape as [number, number, number]
    const D = height * width * groups
    const at = (dimension: number): number => (dimension % groups) * height * width + Math.floor(dimension / groups)
    const claimed = new Uint8Array(D * D)
    for (let dimension = 0; dimension < D; dimension++) {
      const from = emptySet({ height, width, groups })
      from[at(dimension)] = 1
      const seen = trace(from)
      for (let source = 0; source < D; source++) claimed[dimension * D + source] = seen[at(source)]!
    }
    // What is measured is claimed; of what is claimed little is too faint to be measured.
    const measured = measuredDependencies(model, domain)
    const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0)
    expect(measured.findIndex((flag, index) => flag > claimed[index]!)).toBe(-1)
    expect(count(measured)).toBeGreaterThan(0.9 * count(claimed))
    const rank = new Int32Array(D)
    model.ordering!.forEach((dimension, step) => (rank[dimension] = step))
    claimed.forEach((flag, index) => {
      if (flag) expect(rank[index % D]!).toBeLessThan(rank[Math.floor(index / D)]!)
    })
    // The pixels between see small pixels that lie below them: that is what the second scale is for.
    const between = 1 * groups
    expect(claimed.subarray(between * D, (between + 1) * D).some((flag, source) => flag === 1 && source > between)).toBe(true)
  })

  it('is causal and sampled exactly where a picture has many pixels of each kind', async () => {
    const domain = imageDomain(4, 6, 3, 4)
    const model = multiscale.build(parsed({ factor: 2 }), domain, 0)
    const parameters = farFromUniform(model, 3)
    const { leaks, influential } = checkCausality(model, parameters, domain, { perturbations: 32, gradients: 8 })
    expect(leaks).toEqual([])
    expect(influential).toBeGreaterThan(24)
    expect(await checkCachedSampler({ model, domain, parameters }, 2)).toBeLessThan(1e-4)
    tf.dispose(parameters)
  })

  it('says which factors divide the image', () => {
    expect(() => multiscale.build(parsed({ factor: 3 }), imageDomain(8, 12), 0)).toThrow(/factor: .*divisible by 3.*8 × 12. Choose 2 or 4, or import them resized \(--size 12x9\)/)
    expect(familyDescription('multiscale').refuses(imageDomain(7, 9))).toMatch(/--size 10x8.*Gated PixelCNN/)
    expect(familyDescription('multiscale').refuses(imageDomain(7, 14))).toBeNull()
    expect(familyDescription('multiscale').presets(imageDomain(7, 14)).small.config).toMatchObject({ factor: 7 })
  })
})
