import { beforeAll, describe, expect, it } from 'vitest'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { pixelCnnBlocks } from '../../contract/inspect/pixelcnn'
import { buildBlockModel } from '../models/blockModel'
import { made } from '../models/made'
import { familyById } from '../models/registry'
import type { Model } from '../models/model'
import { tinyCases } from '../models/tinyCases'
import { imageDomain } from '../models/testSupport'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { proveQuickly } from './quickProof'

beforeAll(() => startEngine())

describe('the quick proof', () => {
  it.each(tinyCases.map((one) => [`${one.family}, ${one.title}`, one] as const))('finds no leak in %s', (_name, { family, config, domain }) => {
    const { description, build } = familyById(family)
    const proof = proveQuickly(build(description.schema.parse(config), domain, 0), domain, { multiplyAdds: 1e4 })
    expect(proof).toMatchObject({ leaks: [], through: [] })
    expect(proof.perturbed).toBeGreaterThan(0)
  })

  it('names the layer whose mask is missing', () => {
    const domain = imageDomain(3, 3)
    const right = made.build(made.description.schema.parse({ hidden: [12] }), domain, 0)
    // The direct path of this one skips its mask.
    const leaky: Model = {
      ...right,
      conditionals: (parameters, x) => tf.add(right.conditionals(parameters, x), tf.expandDims(tf.matMul(x as tf.Tensor2D, parameters['direct.weight'] as tf.Tensor2D), 2)),
    }
    const { leaks, through } = proveQuickly(leaky, domain, { multiplyAdds: 1e4 })
    expect(leaks.length).toBeGreaterThan(0)
    expect(through).toEqual(['direct'])
  })

  it('names the links of a chain, any of which may be the wrong one', () => {
    const domain = imageDomain(3, 3)
    const blocks = pixelCnnBlocks({ channels: 12, blocks: 1, kernel: 3, bottleneck: 9, firstKernel: 3, headChannels: 12 })
    const swapped = blocks.map((block): Block => (block.kind === 'masked-conv' && block.mask === 'A' ? { ...block, mask: 'B' } : block))
    const { leaks, through } = proveQuickly(buildBlockModel('image', swapped, domain), domain, { multiplyAdds: 1e4 })
    expect(leaks.length).toBeGreaterThan(0)
    expect(through).toContain('blocks.1')
    expect(through).not.toContain('blocks.2')
  })

  it('looks at a part of a large model, and says at how much', () => {
    const domain = imageDomain(28, 28)
    const blocks = pixelCnnBlocks({ channels: 32, blocks: 2, kernel: 3, bottleneck: 16, firstKernel: 7, headChannels: 32 })
    const { leaks, perturbed, dimensions } = proveQuickly(buildBlockModel('image', blocks, domain), domain, { multiplyAdds: 3e9, seconds: 0 })
    expect([leaks, perturbed, dimensions]).toEqual([[], 1, 784])
  })
})
