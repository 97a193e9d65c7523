import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { blockContext, traceBlocks, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import { emptySet } from '../../contract/inspect/blocks/stream'
import { gatedPixelCnnBlocks } from '../../contract/inspect/gatedPixelcnn'
import { pixelCnnBlocks } from '../../contract/inspect/pixelcnn'
import { pixelSnailBlocks } from '../../contract/inspect/pixelsnail'
import { transformerBlocks } from '../../contract/inspect/transformer'
import { waveNetBlocks } from '../../contract/inspect/wavenet'
import { startEngine } from '../tensor/startEngine'
import { measuredDependencies } from './exactness'
import { familyById } from './registry'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const parsed = (id: string, config: Record<string, unknown>) => {
  const family = familyById(id)
  return { family, config: family.description.schema.parse(config) }
}

/** What the blocks' dependency rules claim, [D × D]. */
function claimed(layout: 'image' | 'sequence', blocks: ReturnType<typeof pixelCnnBlocks>, domain: Domain): Uint8Array {
  const context = blockContext(layout, domain)
  const walked = walkBlocks(blocks, context)
  const D = dimensionsOf(domain)
  const { groups, height, width } = context.grid
  const result = new Uint8Array(D * D)
  for (let dimension = 0; dimension < D; dimension++) {
    const from = emptySet(context.grid)
    from[(dimension % groups) * height * width + Math.floor(dimension / groups)] = 1
    const seen = traceBlocks(walked, from, context)
    for (let source = 0; source < D; source++)
      result[dimension * D + source] = seen[(source % groups) * height * width + Math.floor(source / groups)]!
  }
  return result
}

describe('the claimed receptive field is the measured one', () => {
  it.each([
    {
      title: 'binary, one block',
      domain: imageDomain(9, 9),
      config: { channels: 12, blocks: 1, kernel: 3, bottleneck: 8, firstKernel: 5, headChannels: 8 },
    },
    {
      title: 'binary, two blocks of 5 × 5',
      domain: imageDomain(8, 9),
      config: { channels: 10, blocks: 2, kernel: 5, bottleneck: 6, firstKernel: 3, headChannels: 8 },
    },
    {
      title: 'RGB',
      domain: imageDomain(5, 5, 3, 3),
      config: { channels: 12, blocks: 1, kernel: 3, bottleneck: 9, firstKernel: 3, headChannels: 9 },
    },
  ])('PixelCNN, $title', ({ domain, config: given }) => {
    const { family, config } = parsed('pixelcnn', given)
    const measured = measuredDependencies(family.build(config, domain, 0), domain)
    expect(measured).toEqual(claimed('image', pixelCnnBlocks(config as never), domain))
  })

  it.each([
    {
      title: 'binary',
      domain: imageDomain(8, 9),
      config: { channels: 9, layers: 1, kernel: 3, firstKernel: 5, headChannels: 8 },
    },
    {
      title: 'wider kernels',
      domain: imageDomain(7, 10),
      config: { channels: 8, layers: 1, kernel: 5, firstKernel: 3, headChannels: 8 },
    },
    {
      title: 'RGB',
      domain: imageDomain(5, 5, 3, 3),
      config: { channels: 12, layers: 1, kernel: 3, firstKernel: 3, headChannels: 9 },
    },
  ])('Gated PixelCNN, $title: no blind spot', ({ domain, config: given }) => {
    const { family, config } = parsed('gated-pixelcnn', given)
    const measured = measuredDependencies(family.build(config, domain, 0), domain)
    expect(measured).toEqual(claimed('image', gatedPixelCnnBlocks(config as never, domain), domain))
    const { map } = family.description.inspect(config, domain).receptiveField
    const [row, column] = map!.pixel
    const reach = Math.floor(given.firstKernel / 2) + given.layers * Math.floor(given.kernel / 2)
    map!.cells.forEach((cell, position) => {
      const [up, across] = [row - Math.floor(position / map!.width), (position % map!.width) - column]
      const before = up > 0 || (up === 0 && across < 0)
      expect(cell).toBe(!before ? 0 : up <= reach && Math.abs(across) <= reach ? 1 : 2)
    })
  })

  it.each([
    { title: 'binary', domain: imageDomain(4, 5), channels: 8 },
    { title: 'RGB', domain: imageDomain(2, 3, 3, 3), channels: 9 },
  ])('PixelSNAIL, $title: every earlier pixel', ({ domain, channels }) => {
    const { family, config } = parsed('pixelsnail', { channels, blocks: 1, layersPerBlock: 1, kernel: 3, firstKernel: 3, attentionWidth: 8 })
    const measured = measuredDependencies(family.build(config, domain, 0), domain)
    expect(measured).toEqual(claimed('image', pixelSnailBlocks(config as never, domain), domain))
    const D = dimensionsOf(domain)
    measured.forEach((seen, index) => expect(seen).toBe(index % D < Math.floor(index / D) ? 1 : 0))
    expect(family.description.inspect(config, domain).receptiveField.size).toBe(D - 1)
  })

  it('Transformer: every earlier dimension', () => {
    const domain = tableDomain(12)
    const { family, config } = parsed('transformer', { channels: 8, layers: 1, heads: 2 })
    const measured = measuredDependencies(family.build(config, domain, 0), domain)
    expect(measured).toEqual(claimed('sequence', transformerBlocks(config as never, domain), domain))
    expect(measured.reduce((total, seen) => total + seen, 0)).toBe((12 * 11) / 2)
    expect(family.description.inspect(config, domain).receptiveField.size).toBe(11)
  })

  it.each([
    { title: 'audio', domain: audioDomain(24, 8), config: { stacks: 2, layersPerStack: 3, residual: 8, skip: 8, head: 8 } },
    {
      title: 'filter width 3',
      domain: tableDomain(24, 4),
      config: { stacks: 1, layersPerStack: 3, kernel: 3, residual: 8, skip: 8, head: 8 },
    },
  ])('WaveNet, $title', ({ domain, config: given }) => {
    const { family, config } = parsed('wavenet', given)
    const model = family.build(config, domain, 0)
    const measured = measuredDependencies(model, domain)
    expect(measured).toEqual(claimed('sequence', waveNetBlocks(config as never, domain), domain))
    const last = measured.subarray(23 * 24)
    expect(last.reduce((sum, flag) => sum + flag, 0)).toBe(model.receptiveField)
    expect(family.description.inspect(config, domain).receptiveField.size).toBe(model.receptiveField)
  })

  it.each(['fvsbn', 'nade', 'made'])('%s sees every earlier dimension, in any ordering', (id) => {
    const domain = tableDomain(9)
    const { family, config } = parsed(id, { ordering: 'random', orderingSeed: 5 })
    const model = family.build(config, domain, 0)
    const measured = measuredDependencies(model, domain)
    const ordering = model.ordering!
    ordering.forEach((dimension, step) => {
      const row = measured.subarray(dimension * 9, dimension * 9 + 9)
      expect(Array.from(row.keys()).filter((source) => row[source])).toEqual(Array.from(ordering.subarray(0, step)).sort((a, b) => a - b))
    })
    expect(family.description.inspect(config, domain).receptiveField.size).toBe(8)
  })

  it('the picture of PixelCNN shows its blind spot, cell by cell as measured', () => {
    const domain = imageDomain(9, 9)
    const { family, config } = parsed('pixelcnn', { channels: 12, blocks: 1, kernel: 3, bottleneck: 8, firstKernel: 3, headChannels: 8 })
    const measured = measuredDependencies(family.build(config, domain, 0), domain)
    const { receptiveField } = family.description.inspect(config, domain, { pixel: [6, 4] })
    const { cells, pixel } = receptiveField.map!
    expect(pixel).toEqual([6, 4])
    const own = 6 * 9 + 4
    cells.forEach((cell, position) => {
      if (position >= own) expect(cell).toBe(0)
      else expect(cell).toBe(measured[own * 81 + position] ? 1 : 2)
    })
    // To the right and above: one block of 3 × 3 after a 3 × 3 kernel cannot reach two rows up and three to the right.
    expect(cells[4 * 9 + 7]).toBe(2)
    expect(cells[4 * 9 + 6]).toBe(1)
  })
})
