import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { blockContext, inspectBlocks, traceBlocks, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import { emptySet } from '../../contract/inspect/blocks/stream'
import type { DiagonalBiLstmConfig, RowLstmConfig } from '../../contract/inspect/pixelRnn'
import { diagonalBiLstmBlocks, rowLstmBlocks } from '../../contract/inspect/pixelRnn'
import type { SpatialLstmConfig } from '../../contract/inspect/spatialLstm'
import { spatialLstmBlocks } from '../../contract/inspect/spatialLstm'
import { farFromUniform } from '../evaluation/probeWeights'
import { startEngine } from '../tensor/startEngine'
import { buildBlockModel } from './blockModel'
import { checkAutoregressive, measuredDependencies } from './exactness'
import { familyById } from './registry'
import { imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const parsed = <Config>(id: string, given: Record<string, unknown>): Config => familyById(id).description.schema.parse(given) as Config

/** What the blocks' dependency rules claim, [D × D]. */
function claimed(blocks: readonly Block[], domain: Domain): Uint8Array {
  const context = blockContext('image', domain)
  const walked = walkBlocks(blocks, context)
  const { groups, height, width } = context.grid
  const placeOf = (dimension: number): number => (dimension % groups) * height * width + Math.floor(dimension / groups)
  const D = dimensionsOf(domain)
  const result = new Uint8Array(D * D)
  for (let dimension = 0; dimension < D; dimension++) {
    const from = emptySet(context.grid)
    from[placeOf(dimension)] = 1
    const seen = traceBlocks(walked, from, context)
    for (let source = 0; source < D; source++) result[dimension * D + source] = seen[placeOf(source)]!
  }
  return result
}

const grey = imageDomain(6, 7)
const colour = imageDomain(3, 4, 3, 3)
const [rowSizes, diagonalSizes, spatialSizes] = [
  { channels: 9, hidden: 9, firstKernel: 3, headChannels: 9 },
  { channels: 9, hidden: 9, firstKernel: 3, headChannels: 9 },
  { hidden: 9, kernel: 3, headChannels: 9 },
]

describe('the claimed receptive field is the measured one', () => {
  it.each([
    { id: 'row-lstm', domain: grey, given: { ...rowSizes, layers: 1 } },
    { id: 'row-lstm', domain: colour, given: { ...rowSizes, layers: 2 } },
    { id: 'diagonal-bilstm', domain: grey, given: { ...diagonalSizes, layers: 1 } },
    { id: 'diagonal-bilstm', domain: colour, given: { ...diagonalSizes, layers: 1 } },
    { id: 'spatial-lstm', domain: grey, given: { ...spatialSizes, layers: 1 } },
    { id: 'spatial-lstm', domain: colour, given: { ...spatialSizes, layers: 2 } },
  ])('$id on $domain.shape', ({ id, domain, given }) => {
    const blocks: Record<string, () => Block[]> = {
      'row-lstm': () => rowLstmBlocks(parsed<RowLstmConfig>(id, given), domain),
      'diagonal-bilstm': () => diagonalBiLstmBlocks(parsed<DiagonalBiLstmConfig>(id, given), domain),
      'spatial-lstm': () => spatialLstmBlocks(parsed<SpatialLstmConfig>(id, given), domain),
    }
    const measured = measuredDependencies(familyById(id).build(parsed(id, given), domain, 0), domain)
    expect(measured).toEqual(claimed(blocks[id]!(), domain))
  })

  it('of the Diagonal BiLSTM is every earlier pixel but the last of the row above', () => {
    const { size, map, text } = familyById('diagonal-bilstm').description.inspect(parsed('diagonal-bilstm', {}), imageDomain(12, 12), { pixel: [6, 3] }).receptiveField
    expect(size).toBe(143)
    expect(Array.from(map!.cells.subarray(0, 6 * 12 + 3)).flatMap((cell, position) => (cell === 1 ? [] : [position]))).toEqual([5 * 12 + 11])
    expect(text).toMatch(/1 earlier pixel unseen/)
  })

  it('of a Row LSTM is a triangle, and of a spatial LSTM leaves out what lies above to the right', () => {
    const at = (id: string, row: number, column: number): number => {
      const { map } = familyById(id).description.inspect(parsed(id, { layers: 1, ...(id === 'row-lstm' ? { firstKernel: 3 } : { kernel: 3 }) }), imageDomain(12, 12), {
        pixel: [9, 3],
      }).receptiveField
      return map!.cells[row * 12 + column]!
    }
    // One column further with each row, beyond the first convolution's.
    expect([at('row-lstm', 8, 4), at('row-lstm', 8, 6), at('row-lstm', 2, 10)]).toEqual([1, 2, 1])
    expect([at('spatial-lstm', 8, 4), at('spatial-lstm', 8, 5), at('spatial-lstm', 0, 4), at('spatial-lstm', 0, 5)]).toEqual([1, 2, 1, 2])
  })
})

describe('mask B in place of mask A', () => {
  const small = imageDomain(3, 3)
  it.each([
    { id: 'row-lstm', blocks: rowLstmBlocks(parsed('row-lstm', rowSizes), small), named: 'blocks.1 (masked-conv)' },
    { id: 'diagonal-bilstm', blocks: diagonalBiLstmBlocks(parsed('diagonal-bilstm', diagonalSizes), small), named: 'blocks.1 (masked-conv)' },
    { id: 'spatial-lstm', blocks: spatialLstmBlocks(parsed('spatial-lstm', spatialSizes), small), named: 'blocks.1 (spatial-lstm)' },
  ])('is named by $id, and found on the built model', ({ blocks, named }) => {
    const swapped = blocks.map((block): Block => ('mask' in block ? { ...block, mask: 'B' } : block))
    expect(inspectBlocks('image', blocks, small).causal).toBe(true)
    expect(inspectBlocks('image', swapped, small).leaks[0]).toMatchObject({ block: named, reason: expect.stringContaining('mask B') as string })
    const model = buildBlockModel('image', swapped, small)
    expect(() => checkAutoregressive({ model, domain: small, parameters: farFromUniform(model, 3) })).toThrow(/sees dimension/)
  })
})

describe('what is refused', () => {
  it('a recurrent layer on the image itself, by name', () => {
    const context = blockContext('image', grey)
    for (const block of [
      { kind: 'row-lstm', hidden: 4, kernel: 3 },
      { kind: 'diagonal-bilstm', hidden: 4 },
      { kind: 'spatial-lstm', hidden: 4, mask: 'B', kernel: 1 },
    ] satisfies Block[]) {
      expect(walkBlocks([{ kind: 'image-input' }, block], context)[1]!.report.leak).toMatch(/mask A/)
    }
  })
  it('fewer units than colours, and a mixture for binary data', () => {
    expect(() => familyById('row-lstm').build(parsed('row-lstm', { hidden: 2 }), colour, 0)).toThrow(/^hidden: .*at least 3, not 2/)
    expect(() => familyById('spatial-lstm').build(parsed('spatial-lstm', { conditionals: 'logistics' }), grey, 0)).toThrow(/^conditionals: .*'softmax'/)
    expect(familyById('diagonal-bilstm').description.misfit!(parsed('diagonal-bilstm', { hidden: 2 }), colour)).toMatchObject({ field: 'hidden' })
    expect(familyById('spatial-lstm').description.misfit!(parsed('spatial-lstm', { hidden: 2 }), grey)).toBeNull()
  })
  it('images of more rows or diagonals than a step can hold', () => {
    const reasons = ['row-lstm', 'diagonal-bilstm', 'spatial-lstm'].map((id) => familyById(id).description.refuses(imageDomain(300, 300)))
    expect(reasons[0]).toBeNull()
    for (const reason of reasons.slice(1)) expect(reason).toMatch(/at most 512 steps .* 300 × 300 need 599\. Import them smaller/)
  })
  it('what is no image', () => {
    for (const id of ['row-lstm', 'diagonal-bilstm', 'spatial-lstm']) expect(familyById(id).description.refuses(tableDomain(9))).toMatch(/models images/)
  })
})
