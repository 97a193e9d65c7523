import { describe, expect, it } from 'vitest'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import { familyDescription, familyDescriptions } from './registry'

const image = (height: number, width: number, channels = 1, levels = 2): Domain => ({
  kind: 'image',
  shape: [height, width, channels],
  levels,
  variableLength: false,
  encoding: 'linear',
})
const table = (dimensions: number, levels = 2): Domain => ({
  kind: 'table',
  shape: [dimensions],
  levels,
  variableLength: false,
  encoding: 'linear',
})
const audio: Domain = { kind: 'audio', shape: [18_262], levels: 256, variableLength: true, encoding: 'mu-law', sampleRate: 8000 }
const domains = [
  image(28, 28),
  image(28, 20, 1, 256),
  image(32, 32, 3, 256),
  image(32, 32, 3, 8),
  image(1, 1),
  table(16),
  table(60, 4),
  audio,
]

const inspect = (id: string, domain: Domain, config: Record<string, unknown> = {}) => {
  const description = familyDescription(id)
  return description.inspect(description.schema.parse(config), domain)
}

describe('exact parameter counts', () => {
  it.each([1, 2, 16, 784])('FVSBN of %i dimensions: n(n + 1)/2', (n) => {
    expect(inspect('fvsbn', table(n)).parameters).toBe((n * (n + 1)) / 2)
  })
  it.each([
    [784, 500],
    [16, 3],
  ])('NADE of %i dimensions and %i units: 2nH + n + H', (n, H) => {
    expect(inspect('nade', table(n), { hidden: H }).parameters).toBe(2 * n * H + n + H)
  })
  it('independent: n where binary, n·K where categorical, K for audio', () => {
    expect(inspect('independent', image(28, 28)).parameters).toBe(784)
    expect(inspect('independent', table(60, 4)).parameters).toBe(240)
    expect(inspect('independent', audio).parameters).toBe(256)
  })
  it.each([1, 5, 16])('full table of %i binary dimensions: 2ⁿ − 1', (n) => {
    expect(inspect('cpt', table(n)).parameters).toBe(2 ** n - 1)
  })
  it('first-order Markov chain: 2n − 1 binary; shared tables, whatever the length', () => {
    expect(inspect('markov', table(20)).parameters).toBe(39)
    expect(inspect('markov', table(20), { tables: 'shared' }).parameters).toBe(3)
    expect(inspect('markov', table(20, 3), { order: 2 }).parameters).toBe(3 * (1 + 3 + 18 * 9))
    expect(inspect('markov', audio).parameters).toBe(256 + 256 * 256)
  })
  it('network of tables: a row for each combination of the parents', () => {
    expect(inspect('table-network', table(4), { parents: [[], [0], [0], [1, 2]] }).parameters).toBe(1 + 2 + 2 + 4)
    expect(inspect('table-network', image(28, 28), { nearest: 0 }).parameters).toBe(784)
    // With all parents it is the full table, with the latest one the chain.
    expect(inspect('table-network', table(8), { nearest: 8 }).parameters).toBe(255)
    expect(inspect('table-network', table(8), { nearest: 1 }).parameters).toBe(15)
  })
  it.each([1, 4, 560])('Gaussian of %i dimensions: n(n − 1)/2 regression weights, n means, n variances', (n) => {
    expect(inspect('gaussian', table(n, 256)).parameters).toBe((n * (n - 1)) / 2 + 2 * n)
  })
  it('NADE-softmax: nKH + H one-hot or nH + H scaled, and nHK + nK', () => {
    expect(inspect('nade-softmax', table(10, 4), { hidden: 7 }).parameters).toBe(10 * 4 * 7 + 7 + 10 * 7 * 4 + 40)
    expect(inspect('nade-softmax', table(10, 256), { hidden: 7 }).parameters).toBe(10 * 7 + 7 + 10 * 7 * 256 + 2560)
  })
  it('RNADE: nH + H + n and nH·3M + n·3M', () => {
    expect(inspect('rnade', table(10, 256), { hidden: 7, components: 5 }).parameters).toBe(10 * 7 + 7 + 10 + 15 * (10 * 7 + 10))
  })
  it('MADE counted by hand: three dimensions, two hidden units of degrees 1 and 2', () => {
    // input degrees 1 2 3; hidden 1 2; output 1 2 3. Input→hidden: 1 + 2; hidden→output: 0 + 1 + 2; direct: 0 + 1 + 2; biases 2 + 3.
    expect(inspect('made', table(3), { hidden: [2] }).parameters).toBe(3 + 3 + 3 + 5)
    expect(inspect('made', table(3), { hidden: [2], direct: false }).parameters).toBe(3 + 3 + 5)
  })
  it('PixelCNN counted by hand', () => {
    const config = { channels: 4, blocks: 1, kernel: 3, bottleneck: 2, firstKernel: 3, headChannels: 3 }
    // Mask A 3 × 3: 4 taps see image and ones, the centre the ones alone: (4·2 + 1)·4 + 4.
    // Block: 4·2 + 2, 5·2·2 + 2, 2·4 + 4. Head: 4·3 + 3, 3·1 + 1.
    expect(inspect('pixelcnn', image(8, 8), config).parameters).toBe(40 + 10 + 22 + 12 + 15 + 4)
  })
  it('WaveNet counted by hand', () => {
    const config = { stacks: 1, layersPerStack: 2, residual: 3, skip: 5, head: 7 }
    // Embedding 257·3; gates 6·6 + 6, skip 3·5 + 5, twice; residual 3·3 + 3 once; head 5·7 + 7, 7·256 + 256.
    expect(inspect('wavenet', audio, config).parameters).toBe(771 + 2 * (42 + 20) + 12 + 42 + 2048)
  })
  it('VRNN counted by hand', () => {
    const config = { latent: 2, hidden: 5, features: 3, embedding: 4, frame: 16, reach: 2 }
    // Embedding 256·4, input 64·3 + 3; prior 5·3 + 3, 3·4 + 4; posterior 8·3 + 3, 3·4 + 4; latents 2·3 + 3; LSTM 11·20 + 20;
    // output 8·3 + 3, 3·48 + 48, reach 8·3, logits 3·256 + 256.
    expect(inspect('vrnn', audio, config).parameters).toBe(1024 + 195 + 18 + 16 + 27 + 16 + 9 + 240 + 27 + 192 + 24 + 1024)
    // Examples of one shape are told the frame: ⌈16 / 8⌉ vectors of 5.
    expect(inspect('vrnn', table(16), { ...config, frame: 8 }).blocks.find(({ name }) => name === 'position')!.parameters).toBe(10)
  })
  it('STCN counted by hand', () => {
    const config = { channels: 3, layers: 2, kernel: 2, latents: [2, 1], embedding: 4, frame: 4 }
    // Embedding 256·4, input 16·3 + 3; two layers of 6·6 + 6 and 3·3 + 3; prior and posterior of 4·3 + 3 and 3·4 + 4, and of 3·3 + 3 and 3·2 + 2;
    // output 3·3 + 3, 3·12 + 12, logits 3·256 + 256.
    expect(inspect('stcn', audio, config).parameters).toBe(1024 + 51 + 2 * (42 + 12) + 2 * (15 + 16 + 12 + 8) + 12 + 48 + 1024)
  })
  it('latents: more levels than layers, frames longer than the example and too many frames are refused by field', () => {
    const misfit = (id: string, domain: Domain, config: Record<string, unknown>) => {
      const description = familyDescription(id)
      return description.misfit!(description.schema.parse(config), domain)
    }
    expect(misfit('stcn', audio, { layers: 2, latents: [4, 3, 2] })).toMatchObject({ field: 'latents' })
    expect(misfit('vrnn', audio, { frame: 1 })).toMatchObject({ field: 'frame', message: expect.stringContaining('Choose 9 or more') })
    expect(misfit('vrnn', table(16), { frame: 17 })).toMatchObject({ field: 'frame' })
    expect(misfit('vrnn', audio, { frame: 16 })).toBeNull()
  })
})

describe('receptive fields', () => {
  it('STCN: whole frames before its own, (kernel − 1) Σ dilation + 1 of them', () => {
    expect(inspect('stcn', audio, { layers: 6, latents: [4], frame: 16 }).receptiveField).toMatchObject({ size: 64 * 16, text: '1,024 samples of earlier frames (128 ms)' })
  })
  it('WaveNet: (kernel − 1) · Σ dilation + 1 samples, in milliseconds', () => {
    const { receptiveField } = inspect('wavenet', audio, { stacks: 2, layersPerStack: 9 })
    expect(receptiveField).toMatchObject({ size: 1023, text: '1,023 samples (128 ms)' })
    expect(receptiveField.milliseconds).toBeCloseTo(127.875)
  })
  it('never exceed the sequence', () => {
    expect(inspect('wavenet', table(16), { stacks: 2, layersPerStack: 9 }).receptiveField.size).toBe(15)
  })
  it('a 7 × 7 mask A alone sees 24 pixels', () => {
    const { receptiveField, causal } = inspect('pixelcnn', image(28, 28), { blocks: 0 })
    expect(receptiveField).toMatchObject({ size: 24, text: '7 × 4 pixels above and left; 382 earlier pixels unseen' })
    expect(causal).toBe(true)
  })
  it('the last colour sees the two before it', () => {
    expect(inspect('pixelcnn', image(28, 28, 3, 8), { blocks: 0 }).receptiveField.size).toBe(24 * 3 + 2)
  })
  it('are drawn for the pixel that is asked for, moved inside the image', () => {
    const { receptiveField } = familyDescription('nade').inspect({ hidden: 2, ordering: 'raster', orderingSeed: 0 }, image(4, 4), {
      pixel: [9, 1],
    })
    expect(receptiveField.map!.pixel).toEqual([3, 1])
    expect(Array.from(receptiveField.map!.cells)).toEqual([...new Array<number>(13).fill(1), 0, 0, 0])
  })
})

describe.each(familyDescriptions.map((description) => ({ id: description.id, description })))('$id', ({ description }) => {
  it.each(domains.map((domain) => ({ domain, name: `${domain.kind} ${domain.shape.join('×')}, ${domain.levels} levels` })))(
    'either refuses $name with a mend or has presets for it',
    ({ domain }) => {
      const refusal = description.refuses(domain)
      if (refusal !== null) {
        expect(refusal).toMatch(/Choose|choose|Import/)
        return
      }
      for (const preset of Object.values(description.presets(domain))) {
        expect(description.schema.parse(preset.config)).toEqual(preset.config)
        const inspection = description.inspect(preset.config, domain)
        expect(inspection.causal).toBe(true)
        expect(inspection.blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(inspection.parameters)
        expect(inspection.receptiveField.size).toBeLessThan(dimensionsOf(domain))
        expect(inspection.trainingMemoryBytes).toBeGreaterThan(16 * inspection.parameters - 1)
        expect(Object.values(preset.budget).some((limit) => limit > 0)).toBe(true)
      }
    },
  )
  it('takes its defaults from an empty configuration and refuses unknown fields', () => {
    expect(() => description.schema.parse({})).not.toThrow()
    expect(description.schema.safeParse({ nonsense: 1 }).success).toBe(false)
  })
})

describe('networks of tables', () => {
  it.each([
    [[[], [0]], 'lists those of 2'],
    [[[], [2], []], 'parents.1: dimension 2 is not generated before dimension 1'],
    [[[], [0, 0], []], 'listed twice'],
    [[[], [7], []], 'there is no dimension 7'],
  ])('refuse parents %j', (parents, message) => {
    expect(() => inspect('table-network', table(3), { parents })).toThrow(message)
  })
  it('take the nearest pixels, earlier colours of the same pixel among them', () => {
    const { map } = familyDescription('table-network').inspect(
      familyDescription('table-network').schema.parse({ nearest: 4 }), image(5, 5), { pixel: [2, 2] },
    ).receptiveField
    // Above, left, and the two diagonals above: the causal neighbourhood of size four.
    expect(Array.from(map!.cells).flatMap((cell, index) => (cell === 1 ? [index] : []))).toEqual([6, 7, 8, 11])
  })
  it('say so when their tables would be too large', () => {
    expect(() => inspect('table-network', image(28, 28, 1, 16), { nearest: 5 })).toThrow('Choose fewer parents')
    expect(() => inspect('markov', image(28, 28, 1, 256), { order: 3 })).toThrow('Choose a smaller order')
  })
})

describe('65,536 levels of 16-bit audio', () => {
  const fine: Domain = { ...audio, levels: 65_536, encoding: 'linear' }
  it.each(['wavenet', 'tcn', 'lstm', 'composed'])('%s has presets with a mixture output, and no table of levels', (id) => {
    const description = familyDescription(id)
    expect(description.refuses(fine)).toBeNull()
    for (const { config } of Object.values(description.presets({ ...fine, shape: [4000] }))) {
      expect(description.misfit?.(config, fine) ?? null).toBeNull()
      expect(description.misfits?.(config, { ...fine, shape: [4000] }) ?? []).toEqual([])
      expect(description.inspect(config, { ...fine, shape: [4000] }).parameters).toBeLessThan(12_000_000)
    }
  })

  it('a softmax over them is refused with the mend; so are families that have no other', () => {
    const { misfit, schema } = familyDescription('wavenet')
    expect(misfit!(schema.parse({}), fine)).toEqual({
      field: 'output',
      message: "a softmax has at most 1,024 levels, but this data has 65,536. Set it to 'mixture', or import the audio through μ-law (256 levels).",
    })
    expect(misfit!(schema.parse({ output: 'mixture' }), fine)).toBeNull()
    expect(misfit!(schema.parse({ output: 'mixture' }), audio)).toBeNull()
    expect(misfit!(schema.parse({ output: 'mixture' }), table(9))).toMatchObject({ field: 'output', message: expect.stringContaining('binary') as string })
    expect(familyDescription('transformer').refuses({ ...fine, variableLength: false, shape: [100] })).toContain('μ-law (256 levels)')
    expect(familyDescription('independent').refuses(fine)).toContain('statistics of the data set')
    expect(familyDescription('bytenet').refuses(fine)).toContain('which have a mixture output')
  })

  it('a configuration from before there was a choice is a softmax', () => {
    const { schema, blocks } = familyDescription('wavenet')
    const before = { stacks: 1, layersPerStack: 2, kernel: 2, residual: 5, skip: 6, head: 7, condition: 'none', conditionSize: 0 }
    expect(schema.parse(before)).toMatchObject({ ...before, output: 'softmax' })
    const { blocks: list } = blocks!(schema.parse(before), audio)
    expect([list[0], list.at(-1)]).toEqual([{ kind: 'sequence-embedding', channels: 5, shift: 1 }, { kind: 'sequence-head', hidden: 7 }])
  })
})
