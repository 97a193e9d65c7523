import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { blockContext, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import type { MadeConfig } from '../../contract/inspect/made'
import { madeSchema } from '../../contract/inspect/made'
import { blockMasks } from '../../contract/inspect/pictures/blockMasks'
import { fieldPicture } from '../../contract/inspect/pictures/fieldPicture'
import { madeGraph } from '../../contract/inspect/pictures/madeGraph'
import { buildLayer } from '../layers/layers'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { measuredDependencies } from './exactness'
import { familyById } from './registry'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

/** Rows [D × D] of what each conditional sees, by the pictures and by changing the inputs of a built model. */
function pictured(family: string, config: Record<string, unknown>, domain: Domain): { claimed: Uint8Array; measured: Uint8Array } {
  const { description, build } = familyById(family)
  const parsed = description.schema.parse(config)
  const measured = measuredDependencies(build(parsed, domain, 0), domain)
  const D = dimensionsOf(domain)
  const [, width = 1, channels = 1] = domain.kind === 'image' ? domain.shape : [1, D, 1]
  const claimed = new Uint8Array(D * D)
  for (let dimension = 0; dimension < D; dimension++) {
    const pixel = Math.floor(dimension / channels)
    const place = { row: Math.floor(pixel / width), column: pixel % width, channel: dimension % channels }
    const { cells } = fieldPicture({ family, config }, domain, place)
    cells.forEach((cell, source) => (claimed[dimension * D + source] = Number(cell === 1 || cell === 3)))
  }
  return { claimed, measured }
}

describe('the field of any pixel and channel is the measured one', () => {
  it.each<[string, string, Record<string, unknown>, Domain]>([
    ['PixelCNN in colour, blind spot and all', 'pixelcnn', { channels: 12, blocks: 1, kernel: 3, bottleneck: 9, firstKernel: 3, headChannels: 9 }, imageDomain(4, 5, 3, 3)],
    [
      'gated layers with attention in between',
      'composed',
      { blocks: [{ kind: 'image-input' }, { kind: 'gated-input', kernel: 3, channels: 9 }, { kind: 'causal-attention', width: 6 }, { kind: 'gated-layer', kernel: 3 }, { kind: 'image-head' }] },
      imageDomain(3, 4, 3, 3),
    ],
    [
      'dilated convolutions in a random order',
      'composed',
      {
        layout: 'sequence',
        ordering: 'random',
        blocks: [{ kind: 'sequence-embedding', channels: 8 }, { kind: 'gated-residual', dilation: 2, skip: 0 }, { kind: 'gated-residual', kernel: 3, skip: 0 }, { kind: 'projection-head' }],
      },
      imageDomain(3, 4, 1, 3),
    ],
    ['MADE', 'made', { hidden: [14, 12], direct: false, ordering: 'random', degrees: 'random' }, tableDomain(8)],
    ['MADE of too few units, which do not see all', 'made', { hidden: [3], direct: false }, imageDomain(2, 4)],
    ['MADE one-hot, with direct connections', 'made', { hidden: [9] }, tableDomain(6, 3)],
    ['NADE-softmax in colour, along a curve', 'nade-softmax', { hidden: 5, ordering: 'hilbert' }, imageDomain(2, 2, 3, 3)],
    ['ConvNADE, a square around the pixel', 'convnade', { channels: 5, blocks: 0, firstKernel: 3, headChannels: 5, dense: [] }, imageDomain(4, 4)],
    ['independent dimensions', 'independent', {}, imageDomain(2, 2, 3, 3)],
  ])('%s', (_title, family, config, domain) => {
    const { claimed, measured } = pictured(family, config, domain)
    expect(measured).toEqual(claimed)
  })

  it.each([imageDomain(4, 5, 1, 8), imageDomain(3, 3, 3, 8)])('of PixelCNN++ holds all that is measured, whose faintest corners drown in rounding', (domain) => {
    const { claimed, measured } = pictured('pixelcnnpp', { filters: 6, residuals: 1, components: 2, dropout: 0, resolutions: 1 }, domain)
    expect(measured.findIndex((flag, index) => flag > claimed[index]!)).toBe(-1)
    const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0)
    expect(count(measured)).toBeGreaterThan(0.6 * count(claimed))
  })

  it('draws a leak as a leak', () => {
    const blocks = [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'B', kernel: 3, channels: 4 }, { kind: 'image-head' }]
    const picture = fieldPicture({ family: 'composed', config: { blocks } }, imageDomain(3, 3), { row: 1, column: 1, channel: 0 })
    expect(Array.from(picture.cells)).toEqual([1, 1, 1, 1, 3, 0, 0, 0, 0])
    expect(picture).toMatchObject({ seen: 4, blind: 0, leaking: 1, text: expect.stringContaining('not earlier') as string })
    const unmasked = fieldPicture({ family: 'made', config: { hidden: [4], masked: false } }, tableDomain(3), { row: 0, column: 1, channel: 0 })
    expect(Array.from(unmasked.cells)).toEqual([1, 3, 3])
  })

  it('grows from block to block', () => {
    const config = { channels: 6, blocks: 2, kernel: 3, bottleneck: 4, firstKernel: 3, headChannels: 6 }
    const seen = [0, 1, 2, 3].map((block) => fieldPicture({ family: 'pixelcnn', config }, imageDomain(9, 9), { row: 8, column: 4, channel: 0, block }).seen)
    expect(seen[0]).toBe(0)
    expect(seen[1]).toBe(4)
    expect(seen[3]!).toBeGreaterThan(seen[2]!)
    expect(seen[2]!).toBeGreaterThan(seen[1]!)
  })

  it('goes back in time as far as the blocks reach', () => {
    const config = { stacks: 1, layersPerStack: 3, residual: 4, skip: 4, head: 4 }
    const picture = fieldPicture({ family: 'wavenet', config }, audioDomain(400, 8), { row: 0, column: 0, channel: 0 })
    expect(picture).toMatchObject({ height: 1, width: 10, seen: 8, blind: 1, leaking: 0 })
  })

  it('of tables shows the parents', () => {
    const place = { row: 1, column: 1, channel: 0 }
    expect(fieldPicture({ family: 'markov', config: { order: 2 } }, imageDomain(2, 3), place)).toMatchObject({ seen: 2, blind: 2, leaking: 0 })
    expect(fieldPicture({ family: 'markov', config: { order: 3 } }, audioDomain(50, 8), place)).toMatchObject({ width: 5, seen: 3, blind: 1 })
  })
  it('follows the two scales of a multi-scale model', () => {
    const config = { factor: 2 }
    const [coarse, fine] = [[2, 2], [2, 3]].map(([row, column]) =>
      fieldPicture({ family: 'multiscale', config }, imageDomain(4, 4), { row: row!, column: column!, channel: 0 }),
    )
    // Of the small image three pixels come before; a pixel of the large one may see all four of it.
    expect(coarse!.seen + coarse!.blind).toBe(3)
    expect(fine!.seen).toBeGreaterThan(coarse!.seen)
    expect(coarse!.leaking + fine!.leaking).toBe(0)
  })
})

describe('the mask of a kernel keeps what the layer lets through', () => {
  it.each<[string, Block[], Domain]>([
    ['mask A in colour', [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'A', kernel: 5, channels: 7, relu: false }], imageDomain(7, 7, 3, 4)],
    ['mask B', [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'A', kernel: 3, channels: 6, relu: false }, { kind: 'masked-conv', mask: 'B', kernel: 3, channels: 8, relu: false }], imageDomain(7, 7, 3, 4)],
    ['the output', [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'A', kernel: 3, channels: 6, relu: false }, { kind: 'image-head' }], imageDomain(7, 7, 3, 2)],
  ])('%s', (_title, blocks, domain) => {
    const context = blockContext('image', domain)
    const { block, input, report } = walkBlocks(blocks, context).at(-1)!
    const [mask] = blockMasks({ layout: 'image', blocks }, blocks.length - 1, domain)
    const layer = buildLayer(block, input, context)
    const [at, half] = [3, mask!.centre[0]]
    // With weights of one, an output is larger than the bias exactly where an impulse of the input reaches it.
    const ones = (name: string): tf.Tensor => tf.ones(layer.parameters.find((parameter) => parameter.name === name)!.shape)
    const reached = tf.tidy(() => {
      const places = mask!.rows * mask!.columns
      const impulses = tf.buffer([places * input.channels, 7, 7, input.channels])
      for (let place = 0; place < places; place++) {
        const [row, column] = [at - half + Math.floor(place / mask!.columns), at - half + (place % mask!.columns)]
        for (let channel = 0; channel < input.channels; channel++) impulses.set(1, place * input.channels + channel, row, column, channel)
      }
      return layer.apply({ main: impulses.toTensor(), skip: null }, ones).main.slice([0, at, at, 0], [-1, 1, 1, -1]).dataSync() as Float32Array
    })
    const outputs = report.output.channels
    for (const { from, to, kept } of mask!.pairs) {
      kept.forEach((flag, place) => {
        for (let source = 0; source < input.channels; source++) {
          for (let target = 0; target < outputs; target++) {
            if (input.groupOf[source] === from && report.output.groupOf[target] === to)
              expect(reached[(place * input.channels + source) * outputs + target]).toBe(1 + flag)
          }
        }
      })
    }
    // Every pair of channels is in the picture.
    expect(new Set(mask!.pairs.map(({ from, to }) => `${from} ${to}`)).size).toBe(new Set(input.groupOf).size * 3)
  })

  it('names the kernels of every block by their weights', () => {
    const domain = imageDomain(6, 6, 3, 4)
    const list: Block[] = [
      { kind: 'image-input' },
      { kind: 'gated-input', kernel: 5, channels: 6, shift: 1 },
      { kind: 'gated-layer', kernel: 3 },
      { kind: 'masked-residual', kernel: 3, bottleneck: 6 },
      { kind: 'row-lstm', hidden: 6, kernel: 3 },
      { kind: 'diagonal-bilstm', hidden: 6 },
      { kind: 'spatial-lstm', hidden: 6, mask: 'B', kernel: 3 },
      { kind: 'image-head' },
    ]
    const context = blockContext('image', domain)
    walkBlocks(list, context).forEach(({ block, input }, index) => {
      const names = buildLayer(block, input, context).parameters.map(({ name }) => name)
      const masks = blockMasks({ layout: 'image', blocks: list }, index, domain)
      for (const { weight, pairs, rows, columns } of masks) {
        expect(names).toContain(weight)
        for (const { kept } of pairs) expect(kept).toHaveLength(rows * columns)
      }
    })
    const [vertical, horizontal] = blockMasks({ layout: 'image', blocks: list }, 1, domain)
    expect(Array.from(vertical!.pairs[0]!.kept)).toEqual([...new Array<number>(10).fill(1), 0, 0, 0, 0, 0])
    expect(horizontal!.pairs.map(({ from, to, kept }) => `${from}→${to} ${kept.join('')}`)).toContain('0→0 110')
    expect(horizontal!.pairs.map(({ from, to, kept }) => `${from}→${to} ${kept.join('')}`)).toContain('0→1 111')
  })

  it('of dilated convolutions shows the taps', () => {
    const blocks: Block[] = [
      { kind: 'sequence-embedding', channels: 4, shift: 1 },
      { kind: 'gated-residual', kernel: 3, dilation: 2, skip: 0, residual: true },
      { kind: 'projection-head' },
    ]
    const masks = [0, 1, 2].map((index) => blockMasks({ layout: 'sequence', blocks }, index, tableDomain(9)).map(({ pairs }) => Array.from(pairs[0]!.kept)))
    expect(masks).toEqual([[[1, 0]], [[1, 0, 1, 0, 1]], []])
  })
})

describe('the connections of a MADE', () => {
  it.each([
    { hidden: [2], direct: false },
    { hidden: [5, 4], direct: true },
    { hidden: [4], direct: false, masks: 3, degrees: 'random' as const },
  ])('are as many as its masks keep: %j', (given) => {
    const config: MadeConfig = madeSchema.parse(given)
    const domain = tableDomain(4)
    const graph = madeGraph(config, domain)!
    expect(graph.layers.map(({ units }) => units.length)).toEqual([4, ...given.hidden, 4])
    // Weights that are not biases; of several masks the whole matrices count as parameters, so one is looked at alone.
    const single = { ...config, masks: 1 }
    const { parameters } = familyById('made').description.inspect(single, domain)
    expect(graph.edges).toHaveLength(parameters - given.hidden.reduce((sum, units) => sum + units, 0) - 4)
    for (const { fromLayer, from, toLayer, to } of graph.edges) {
      const [source, target] = [graph.layers[fromLayer]!.units[from]!.degree, graph.layers[toLayer]!.units[to]!.degree]
      expect(graph.layers[toLayer]!.name === 'output' ? source < target : source <= target).toBe(true)
    }
  })
  it('are not drawn when there are too many', () => {
    expect(madeGraph(madeSchema.parse({}), imageDomain(28, 28))).toBeNull()
  })
  it('name the dimension of inputs and outputs', () => {
    const { layers } = madeGraph(madeSchema.parse({ hidden: [2] }), tableDomain(2, 3))!
    expect(layers[0]!.units.map(({ dimension }) => dimension)).toEqual([0, 0, 0, 1, 1, 1])
    expect(layers.at(-1)!.units.map(({ dimension }) => dimension)).toEqual([0, 0, 0, 1, 1, 1])
    expect(layers[1]!.units.every(({ dimension }) => dimension === null)).toBe(true)
  })
})
