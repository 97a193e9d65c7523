import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Domain } from '../../contract/domain'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { blockSchemas } from '../../contract/inspect/blocks/blocks'
import type { BlockLayout } from '../../contract/inspect/blocks/blockList'
import { checkBlocks } from '../../contract/inspect/blocks/checkBlocks'
import { paletteKinds, whyNotAt } from '../../contract/inspect/blocks/palette'
import { composedSchema } from '../../contract/inspect/composed'
import { farFromUniform } from '../evaluation/probeWeights'
import { proveQuickly } from '../evaluation/quickProof'
import { drawSamples } from '../sampling/ancestral'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { composed } from './composed'
import { imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

/** More lists for a thorough search: RANDOM_LISTS=40 npx vitest run … */
const LISTS = Number(process.env['RANDOM_LISTS'] ?? 2)

/** Any value that the schema takes, small. */
function randomBlock(kind: (typeof paletteKinds)[number], below: (bound: number) => number): Block {
  const some = <T>(...values: T[]): T => values[below(values.length)]!
  const heads = 1 + below(2)
  const values: Record<string, unknown> = {
    ...{ channels: 4 + 2 * below(2), bottleneck: 3 + below(3), hidden: 3 + below(4), heads, width: heads * (2 + below(3)), feedForward: 5 + below(4) },
    ...{ dilation: 1 + below(3), skip: some(0, 5), mask: some('A', 'B'), cell: some('rnn', 'gru', 'lstm'), relu: some(true, false), residual: some(true, false) },
    kernel: kind === 'gated-residual' ? 2 + below(3) : kind === 'row-lstm' ? some(1, 3, 5) : kind.startsWith('gated') ? some(3, 5) : some(1, 3, 5),
    ...{ size: 3, of: kind === 'condition-input' ? 'class' : some('levels', 'amplitudes'), shift: 1 },
  }
  const { properties } = z.toJSONSchema(blockSchemas[kind], { io: 'input' }) as { properties: Record<string, unknown> }
  const known = Object.keys(properties).filter((field) => field !== 'kind' && field in values)
  return blockSchemas[kind].parse({ kind, ...Object.fromEntries(known.map((field) => [field, values[field]])) })
}

/** A list that the checks let pass: input, output, and blocks put wherever they may stand. */
function randomList(layout: BlockLayout, domain: Domain, seed: number): Block[] {
  const stream = randomStream(seed, 'lists')
  const below = (bound: number): number => stream.integer(bound)
  const first: Block = layout === 'image' ? { kind: 'masked-conv', mask: 'A', kernel: 3, channels: 6, relu: false } : { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 5, residual: true }
  let blocks: Block[] =
    layout === 'image'
      ? [{ kind: 'image-input' }, first, { kind: 'image-head' }]
      : seed % 2 === 0
        ? [{ kind: 'sequence-embedding', channels: 6, shift: 1 }, { kind: 'projection-head' }]
        : [{ kind: 'sequence-embedding', channels: 6, shift: 1 }, first, { kind: 'sequence-head', hidden: 5 }]
  for (let attempt = 0; attempt < 60 && blocks.length < 8; attempt++) {
    const block = randomBlock(paletteKinds[below(paletteKinds.length)]!, below)
    const place = below(blocks.length + 1)
    if (whyNotAt({ layout, blocks }, place, block, domain) === null) blocks = [...blocks.slice(0, place), block, ...blocks.slice(place)]
  }
  return blocks
}

const cases = Array.from({ length: LISTS }, (_value, seed) => [
  { layout: 'image' as const, domain: { ...imageDomain(4, 5), classes: 3 }, seed },
  { layout: 'image' as const, domain: imageDomain(3, 3, 3, 4), seed: seed + 100 },
  { layout: 'sequence' as const, domain: { ...tableDomain(9, 3), classes: 3 }, seed: seed + 200 },
]).flat()

describe('a random list that the checks let pass is causal, and drawn the same by the kernels, by the cache and naively', () => {
  const lists = cases.map(({ layout, domain, seed }) => ({ layout, domain, blocks: randomList(layout, domain, seed) }))
  it.each(lists.map((list) => [list.blocks.map(({ kind }) => kind).join(', '), list] as const))(
    '%s',
    async (_title, { layout, domain, blocks }) => {
      const kinds = JSON.stringify(blocks)
      expect(checkBlocks({ layout, blocks }, domain).issues, kinds).toEqual([])
      const model = composed.build(composedSchema.parse({ layout, blocks }), domain, 0)
      expect(proveQuickly(model, domain, { multiplyAdds: 1e5 }).leaks, kinds).toEqual([])
      const parameters = farFromUniform(model, 5)
      const condition = model.conditioning ? Float32Array.of(0, 1, 2) : undefined
      const request = { model, parameters, count: 3, seed: 3, ...(condition ? { condition } : {}) }
      const naive = await drawSamples({ ...request, naive: true })
      const cached = await drawSamples({ ...request, kernels: false })
      const kernels = await drawSamples(request)
      expect(cached.levels, kinds).toEqual(naive.levels)
      expect(kernels.levels, kinds).toEqual(naive.levels)
      // Attention through a window has no kernel: those lists are drawn in JavaScript.
      const described = blocks.every(({ kind }) => kind !== 'local-transformer')
      const plan = model.samplingPlan!(new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: parameters[name]!.dataSync() as Float32Array }])), 9)
      expect(plan !== null, kinds).toBe(described)
      kernels.logProb.forEach((nats, sample) => expect(nats).toBeCloseTo(naive.logProb[sample]!, 2))
      tf.dispose(parameters)
    },
  )
})
