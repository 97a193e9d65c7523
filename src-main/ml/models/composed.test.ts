import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { composedSchema } from '../../contract/inspect/composed'
import { openAsBlocks } from '../../contract/inspect/openAsBlocks'
import { farFromUniform } from '../evaluation/probeWeights'
import { proveQuickly } from '../evaluation/quickProof'
import { drawSamples } from '../sampling/ancestral'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { composed } from './composed'
import { familyById } from './registry'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const mixed: Block[] = [
  { kind: 'image-input' },
  { kind: 'gated-input', kernel: 5, channels: 9, shift: 1 },
  { kind: 'causal-attention', heads: 1, width: 6 },
  { kind: 'gated-layer', kernel: 3 },
  { kind: 'causal-attention', heads: 2, width: 6 },
  { kind: 'masked-residual', kernel: 3, bottleneck: 6 },
  { kind: 'image-head' },
]
const waves: Block[] = [
  { kind: 'sequence-embedding', channels: 6, shift: 1 },
  { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 0, residual: true },
  { kind: 'position-embedding' },
  { kind: 'transformer-block', heads: 2, feedForward: 12, dropout: 0 },
  { kind: 'recurrent', cell: 'lstm', hidden: 7 },
  { kind: 'projection-head' },
]
/** Rows of random levels, rows × D. */
function randomExamples(domain: Domain, rows: number): Float32Array {
  const random = randomStream(9, 'examples')
  return Float32Array.from({ length: rows * dimensionsOf(domain) }, () => random.integer(domain.levels))
}
const build = (config: Record<string, unknown>, domain: Domain) => composed.build(composedSchema.parse(config), domain, 0)

describe('a preset opened as blocks is the same net', () => {
  it.each<[string, Domain, Record<string, unknown>]>([
    ['pixelcnn', imageDomain(5, 4, 3, 4), { channels: 9, blocks: 2, bottleneck: 6, headChannels: 6 }],
    ['gated-pixelcnn', { ...imageDomain(5, 4), classes: 3 }, { channels: 6, layers: 2, headChannels: 6, condition: 'class' }],
    ['pixelsnail', imageDomain(4, 4), { channels: 6, blocks: 1, layersPerBlock: 1, attentionWidth: 4, headChannels: 6 }],
    ['row-lstm', imageDomain(4, 4), { channels: 6, hidden: 5, headChannels: 6 }],
    ['diagonal-bilstm', imageDomain(4, 4), { channels: 6, hidden: 5, headChannels: 6 }],
    ['spatial-lstm', imageDomain(4, 4, 1, 8), { hidden: 5, headChannels: 6, conditionals: 'logistics', components: 2 }],
    ['wavenet', audioDomain(20, 8), { stacks: 1, layersPerStack: 3, residual: 5, skip: 6, head: 6 }],
    ['gru', tableDomain(9, 3), { embedding: 5, hidden: 6, ordering: 'random' }],
    ['transformer', imageDomain(3, 4), { channels: 8, layers: 2, heads: 2, ordering: 'hilbert' }],
  ])('%s', (id, domain, config) => {
    const family = familyById(id)
    const preset = family.build(family.description.schema.parse(config), domain, 0)
    const opened = build(openAsBlocks({ family: id, config }, domain).config, domain)
    expect(opened.parameters).toEqual(preset.parameters)
    expect([opened.ordering, opened.receptiveField, opened.conditioning]).toEqual([preset.ordering, preset.receptiveField, preset.conditioning])
    const parameters = farFromUniform(preset, 5)
    const [before, after] = tf.tidy(() => {
      const x = tf.tensor2d(randomExamples(domain, 2), [2, dimensionsOf(domain)])
      const condition = preset.conditioning ? tf.tensor1d([0, 1]) : undefined
      return [preset, opened].map((model) => model.conditionals(parameters, x, condition).dataSync() as Float32Array)
    })
    expect(after).toEqual(before)
    tf.dispose(parameters)
  })
})

describe('free compositions', () => {
  it.each<[string, Domain, Record<string, unknown>]>([
    ['attention between gated layers, grey levels', imageDomain(6, 5, 1, 16), { blocks: mixed }],
    ['the same in colour, a mixture of logistics', imageDomain(4, 5, 3, 256), { blocks: mixed.with(-1, { kind: 'image-head', components: 3 }) }],
    ['convolutions, a Transformer and an LSTM over a table', tableDomain(14, 5), { layout: 'sequence', blocks: waves, ordering: 'random' }],
  ])('draw the same by the kernels, by the cache and naively: %s', async (_title, domain, config) => {
    const model = build(config, domain)
    const parameters = farFromUniform(model, 4)
    const request = { model, parameters, count: 5, seed: 3 }
    const naive = await drawSamples({ ...request, naive: true })
    const cached = await drawSamples({ ...request, kernels: false })
    const kernels = await drawSamples(request)
    expect(cached.levels).toEqual(naive.levels)
    expect(kernels.levels).toEqual(naive.levels)
    kernels.logProb.forEach((nats, sample) => expect(nats).toBeCloseTo(naive.logProb[sample]!, 3))
    tf.dispose(parameters)
  })

  it.each<[string, Domain, Record<string, unknown>]>([
    ['images', imageDomain(6, 5), { blocks: mixed }],
    ['sequences', tableDomain(12, 3), { layout: 'sequence', blocks: waves }],
    [
      'a last residual output that nobody reads',
      tableDomain(9, 3),
      { layout: 'sequence', blocks: [waves[0]!, { kind: 'gated-residual', kernel: 3, dilation: 1, skip: 6, residual: true }, { kind: 'sequence-head', hidden: 6 }] },
    ],
  ])('train compiled as op by op: %s', (_title, domain, config) => {
    const model = build(config, domain)
    const rows = 8
    const levels = randomExamples(domain, rows)
    const batch = { levels, mask: null, counted: rows }
    const shape: [number, number] = [rows, dimensionsOf(domain)]
    const losses = (['compiled', 'eager'] as const).map((execution) => {
      const learner = createLearner({
        ...{ model, execution, batchShape: shape, masked: false, evaluationShape: shape, gradientClip: 1, ema: 0.9, seed: 0 },
        ...{ optimizer: { kind: 'adam' }, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      })
      learner.write(initialState(model, initialParameters(model.parameters, 1), true))
      const result = Array.from({ length: 12 }, (_value, step) => learner.step(batch, 0.02, step + 1).nats)
      learner.dispose()
      return result
    })
    losses[0]!.forEach((nats, step) => expect(nats).toBeCloseTo(losses[1]![step]!, 2))
    expect(losses[0]!.at(-1)!).toBeLessThan(0.97 * losses[0]![0]!)
  })

  it('a leak that the types of the streams show is found on the built model too, in the same block', () => {
    const domain = imageDomain(4, 4)
    const blocks = [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'B', kernel: 3, channels: 6 }, { kind: 'gated-input', kernel: 3, channels: 6 }, { kind: 'image-head' }]
    expect(proveQuickly(build({ blocks }, domain), domain, { multiplyAdds: 1e4 }).leaks).toEqual([])
    const leaking = blocks.filter(({ kind }) => kind !== 'gated-input')
    expect(composed.description.inspect(composedSchema.parse({ blocks: leaking }), domain).leaks[0]!.block).toBe('blocks.1 (masked-conv)')
    const { leaks, through } = proveQuickly(build({ blocks: leaking }, domain), domain, { multiplyAdds: 1e4 })
    expect(leaks.length).toBeGreaterThan(0)
    expect(through).toContain('blocks.1')
  })
})
