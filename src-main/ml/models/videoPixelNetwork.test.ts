import { beforeAll, describe, expect, it } from 'vitest'
import { dimensionsOf } from '../../contract/domain'
import { seenBy, videoPixelNetworkSchema } from '../../contract/inspect/videoPixelNetwork'
import { checkCausality } from '../evaluation/causality'
import { farFromUniform } from '../evaluation/probeWeights'
import { drawSamples } from '../sampling/ancestral'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { checkCachedSampler, measuredDependencies } from './exactness'
import { familyById } from './registry'
import { videoDomain } from './testSupport'

beforeAll(() => startEngine())

const small = { encoderChannels: 6, encoderBlocks: 0, stateChannels: 6, channels: 8, layers: 0, kernel: 3, firstKernel: 3, headChannels: 8 }
const { description, build } = familyById('video-pixel-network')
const parsed = (config: Record<string, unknown>) => videoPixelNetworkSchema.parse({ ...small, ...config })

describe('video pixel network', () => {
  it.each(['recurrent', 'last-frame', 'none'])('with context %s sees what its parts claim, and no later pixel or frame', (context) => {
    const domain = videoDomain(3, 4, 5)
    const config = parsed({ context })
    const D = dimensionsOf(domain)
    const claimed = Uint8Array.from({ length: D }, () => 0)
    const measured = measuredDependencies(build(config, domain, 0), domain, { weights: 4 })
    let [all, found] = [0, 0]
    for (let dimension = 0; dimension < D; dimension++) {
      claimed.set(seenBy(config, domain, dimension))
      for (let source = 0; source < D; source++) {
        if (measured[dimension * D + source]) expect(claimed[source]).toBe(1)
        all += claimed[source]!
        found += measured[dimension * D + source]!
        if (source >= dimension) expect(claimed[source]).toBe(0)
      }
    }
    // Of what is claimed little is too faint to be measured.
    expect(found).toBeGreaterThan(0.9 * all)
    const last = seenBy(config, domain, D - 1)
    expect([0, 1, 2].map((frame) => last.subarray(frame * 20, (frame + 1) * 20).includes(1))).toEqual(
      { recurrent: [true, true, true], 'last-frame': [false, true, true], none: [false, false, true] }[context],
    )
    const { receptiveField, parameters, causal } = description.inspect(config, domain)
    expect(causal).toBe(true)
    expect(receptiveField.size).toBeGreaterThanOrEqual(last.reduce((sum, flag) => sum + flag, 0))
    expect(parameters).toBeLessThanOrEqual(build(config, domain, 0).parameters.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0))
  })

  it('is causal and sampled exactly in colour; what is given of the first frames stays, the rest follows from it', async () => {
    const domain = videoDomain(3, 2, 3, 3, 4)
    const model = build(parsed({ channels: 9, headChannels: 9, encoderBlocks: 1, conditionals: 'logistics', components: 2 }), domain, 0)
    const parameters = farFromUniform(model, 3)
    const { leaks, influential } = checkCausality(model, parameters, domain, { perturbations: 27, gradients: 6 })
    expect(leaks).toEqual([])
    expect(influential).toBeGreaterThan(20)
    expect(await checkCachedSampler({ model, domain, parameters }, 2)).toBeLessThan(1e-4)
    const D = dimensionsOf(domain)
    const given = Int32Array.from({ length: 2 * D }, (_value, at) => (at % D < 36 ? (at * 7) % 4 : -1))
    const cached = await drawSamples({ model, parameters, count: 2, seed: 1, given })
    const naive = await drawSamples({ model, parameters, count: 2, seed: 1, given, naive: true })
    expect([...cached.levels]).toEqual([...naive.levels])
    for (let at = 0; at < 2 * D; at++) if (given[at]! >= 0) expect(cached.levels[at]).toBe(given[at])
    tf.dispose(parameters)
  })
})
