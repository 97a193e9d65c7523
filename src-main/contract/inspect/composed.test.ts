import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Domain } from '../domain'
import { presetNameSchema } from '../records/model'
import type { Block, BlockKind } from './blocks/blocks'
import { blockDescriptions, blockSchemas } from './blocks/blocks'
import { checkBlocks } from './blocks/checkBlocks'
import { blockNotes, blockPalette, defaultBlock, paletteKinds, whyNotAt } from './blocks/palette'
import { composed, composedReceptiveField, composedSchema } from './composed'
import { inspectDocument } from './inspectDocument'
import { openAsBlocks, opensAsBlocks } from './openAsBlocks'
import { familyDescription, familyDescriptions } from './registry'
import { waveNetReceptiveField, waveNetSchema } from './wavenet'

const common = { variableLength: false, encoding: 'linear' as const }
const binary: Domain = { ...common, kind: 'image', shape: [12, 10, 1], levels: 2, classes: 10 }
const colour: Domain = { ...common, kind: 'image', shape: [8, 8, 3], levels: 256 }
const table: Domain = { ...common, kind: 'table', shape: [24], levels: 4 }
const audio: Domain = { kind: 'audio', shape: [4000], levels: 256, variableLength: true, encoding: 'mu-law', sampleRate: 8000 }

const gated: Block[] = [
  { kind: 'image-input' },
  { kind: 'gated-input', kernel: 7, channels: 12, shift: 1 },
  { kind: 'gated-layer', kernel: 5 },
  { kind: 'causal-attention', heads: 1, width: 8 },
  { kind: 'gated-layer', kernel: 5 },
  { kind: 'image-head' },
]
const waves: Block[] = [
  { kind: 'sequence-embedding', channels: 8, shift: 1 },
  { kind: 'gated-residual', kernel: 2, dilation: 4, skip: 8, residual: true },
  { kind: 'sequence-head', hidden: 8 },
]
const documentOf = (blocks: readonly unknown[], more: Record<string, unknown> = {}) => ({ family: 'composed', config: { blocks, ...more } })
const issuesOf = (blocks: readonly unknown[], domain = binary, more: Record<string, unknown> = {}) => inspectDocument(documentOf(blocks, more), domain).issues
const without = (kind: BlockKind): Block[] => gated.filter((block) => block.kind !== kind)

describe('what is wrong with a list is said at its block, with the mend', () => {
  it.each<[string, readonly unknown[], string, RegExp]>([
    ['no output', without('image-head'), 'blocks', /no output.*image-head/],
    ['no input', gated.slice(1), 'blocks', /no input.*image-input/],
    ['two inputs', [gated[0], ...gated], 'blocks.1', /second input.*Remove/],
    ['an input that is not first', [gated[1], gated[0], ...gated.slice(2)], 'blocks.1', /must be the first.*Move/],
    ['two outputs', [...gated, { kind: 'image-head' }], 'blocks.5', /second output.*Remove/],
    ['blocks behind the output', [...gated, { kind: 'masked-residual' }], 'blocks.5', /must be the last.*Move/],
    ['an unknown kind', [...gated.slice(0, 3), { kind: 'convolution' }, ...gated.slice(3)], 'blocks.3.kind', /no block of the kind "convolution".*masked-conv/],
    ['no kind', [{ channels: 3 }], 'blocks.0.kind', /has no kind/],
    ['a field that the kind does not have', [{ kind: 'image-input', colour: 'red' }], 'blocks.0', /colour/],
    ['a value out of range', [gated[0], { kind: 'gated-input', channels: 0 }, gated[5]], 'blocks.1.channels', />=1/],
    ['heads that do not divide', gated.with(3, { kind: 'causal-attention', heads: 3, width: 8 }), 'blocks.3', /multiple of 3/],
    ['a gated layer without stacks', without('gated-input'), 'blocks.1', /gated input before it/],
    ['a block for sequences', gated.with(3, { kind: 'projection-head' }), 'blocks.3', /works on sequences.*layout 'sequence'/],
    ['a mixture on binary data', gated.with(5, { kind: 'image-head', components: 3 }), 'blocks.5.components', /binary/],
    ['two conditions', [gated[0], ...[1, 2].map(() => ({ kind: 'condition-input', size: 10 })), ...gated.slice(1)], 'blocks.2', /second condition/],
    ['another number of classes', [gated[0], { kind: 'condition-input', size: 4 }, ...gated.slice(1)], 'blocks.1.size', /10 classes, not 4/],
    ['a condition that nobody reads', [...gated.slice(0, 5), { kind: 'condition-input', size: 10 }, gated[5]], 'blocks.5', /no block after it reads/],
    ['a coarser image that nobody gives', [gated[0], { kind: 'context-input' }, ...gated.slice(1)], 'blocks.1', /multi-scale/],
  ])('%s', (_title, blocks, field, message) => {
    const issues = issuesOf(blocks)
    expect(issues.map((issue) => issue.field)).toContain(field)
    expect(issues.find((issue) => issue.field === field)!.message).toMatch(message)
  })

  it.each<[string, readonly unknown[], Domain, Record<string, unknown>, string, RegExp]>([
    ['blocks for images on audio', gated, audio, {}, 'layout', /this is audio.*'sequence'/],
    ['fewer channels than colours', gated.with(1, { kind: 'gated-input', kernel: 3, channels: 2, shift: 1 }), colour, {}, 'blocks.1.channels', /at least 3, not 2/],
    ['classes without labels', [gated[0], { kind: 'condition-input', size: 10 }, ...gated.slice(1)], colour, {}, 'blocks.1.of', /no labels/],
    ['positions of a sequence without end', [waves[0], { kind: 'position-embedding' }, ...waves.slice(1)], audio, { layout: 'sequence' }, 'blocks.1', /examples of one shape/],
    ['attention over too many pixels', gated, { ...binary, shape: [128, 128, 1] }, {}, 'blocks.3', /sensible up to 4,096 pixels/],
    ['too many steps of a GRU', [waves[0], { kind: 'recurrent', cell: 'gru' }, { kind: 'projection-head' }], { ...audio, shape: [9000] }, { layout: 'sequence' }, 'blocks.1', /at most 4,096.*'lstm'/],
    ['an output without skip outputs', [waves[0], waves[2]], audio, { layout: 'sequence' }, 'blocks.1', /no gated residual block/],
    ['skip outputs that nobody reads', [waves[0], waves[1], { kind: 'projection-head' }], audio, { layout: 'sequence' }, 'blocks.1.skip', /Set its skip channels to 0/],
    ['a layer that nobody reads', [waves[0], waves[1], { kind: 'recurrent' }, waves[2]], audio, { layout: 'sequence' }, 'blocks.2', /nobody reads/],
    ['skip outputs of different widths', [waves[0], waves[1], { kind: 'gated-residual', skip: 5 }, waves[2]], audio, { layout: 'sequence' }, 'blocks.2', /same number of skip channels/],
    ['a block that does nothing', [waves[0], waves[1], { kind: 'gated-residual', skip: 0, residual: false }, waves[2]], audio, { layout: 'sequence' }, 'blocks.2', /does nothing/],
    ['an ordering of pixels', gated, binary, { ordering: 'random' }, 'ordering', /raster/],
    ['an ordering of time', waves, audio, { layout: 'sequence', ordering: 'reverse' }, 'ordering', /in time/],
  ])('%s', (_title, blocks, domain, more, field, message) => {
    const issues = issuesOf(blocks, domain, more)
    expect(issues.map((issue) => issue.field)).toEqual([field])
    expect(issues[0]!.message).toMatch(message)
  })

  it('says all that is wrong at once', () => {
    const fields = issuesOf([{ kind: 'gated-layer' }, { kind: 'transformer-block' }]).map(({ field }) => field)
    expect(fields).toEqual(expect.arrayContaining(['blocks', 'blocks.1']))
    expect(fields.filter((field) => field === 'blocks')).toHaveLength(2)
  })
})

describe('leaks are named, not built over', () => {
  it.each<[string, Block[], string, RegExp]>([
    ['mask B first', [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'B', kernel: 3, channels: 4, relu: false }, { kind: 'image-head' }], 'blocks.1 (masked-conv)', /mask A/],
    ['an output on the data', [{ kind: 'image-input' }, { kind: 'image-head' }], 'blocks.1 (image-head)', /still holds the data/],
    ['attention on the data', [{ kind: 'image-input' }, { kind: 'causal-attention', heads: 1, width: 4 }, { kind: 'image-head' }], 'blocks.1 (causal-attention)', /still holds the data/],
    ['an unshifted vertical stack', gated.with(1, { kind: 'gated-input', kernel: 7, channels: 12, shift: 0 }), 'blocks.1 (gated-input)', /shift must be 1/],
  ])('%s', (_title, blocks, block, reason) => {
    const { inspection, issues } = inspectDocument(documentOf(blocks), binary)
    expect(issues).toEqual([])
    expect(inspection!.causal).toBe(false)
    expect(inspection!.leaks[0]).toMatchObject({ block, reason: expect.stringMatching(reason) as string })
  })
})

describe('opened as blocks', () => {
  const cases = familyDescriptions
    .filter(({ id, blocks }) => blocks && id !== 'composed')
    .flatMap((description) => [binary, colour, table, audio].filter((domain) => !description.refuses(domain)).map((domain) => ({ description, domain })))
    .flatMap(({ description, domain }) => presetNameSchema.options.map((preset) => ({ description, domain, preset, name: `${description.id} ${preset} on ${domain.kind} ${domain.shape.join('×')}` })))

  it.each(cases)('$name has the same figures', ({ description, domain, preset }) => {
    const { config } = description.presets(domain)[preset]
    const opened = openAsBlocks({ family: description.id, config: config as Record<string, unknown> }, domain)
    expect(opened.family).toBe('composed')
    expect(composedSchema.parse(opened.config)).toEqual(opened.config)
    const options = { batchSize: 7, ...(domain.kind === 'image' ? { pixel: [3, 6] as [number, number] } : {}) }
    expect(inspectDocument(opened, domain, options)).toEqual({ inspection: description.inspect(config, domain, options), issues: [], refusal: null })
  })

  it('keeps the ordering of sequences, and the condition', () => {
    const config = { channels: 8, layers: 1, heads: 2, ordering: 'hilbert', condition: 'class' }
    const opened = openAsBlocks({ family: 'transformer', config }, binary)
    expect(opened.config).toMatchObject({ layout: 'sequence', ordering: 'hilbert' })
    expect(opened.config['blocks']).toContainEqual({ kind: 'condition-input', of: 'class', size: 10 })
    const family = familyDescription('transformer')
    expect(inspectDocument(opened, binary, { pixel: [4, 4] }).inspection).toEqual(family.inspect(family.schema.parse(config), binary, { pixel: [4, 4] }))
  })

  it('says which families can be taken apart', () => {
    expect(opensAsBlocks('pixelcnn')).toBe(true)
    expect(opensAsBlocks('made')).toBe(false)
    expect(() => openAsBlocks({ family: 'made', config: {} }, binary)).toThrow(/MADE is one structured block.*PixelCNN/)
    expect(() => openAsBlocks({ family: 'pixelcnn', config: { channels: -1 } }, binary)).toThrow(/^channels: /)
  })

  it('sees as far back in time as WaveNet says', () => {
    const config = waveNetSchema.parse({ stacks: 3, layersPerStack: 4, kernel: 3 })
    const opened = openAsBlocks({ family: 'wavenet', config }, audio)
    expect(composedReceptiveField(composedSchema.parse(opened.config))).toBe(waveNetReceptiveField(config))
    expect(composedReceptiveField({ layout: 'sequence', blocks: [waves[0]!, { kind: 'recurrent', cell: 'lstm', hidden: 4 }] })).toBeNull()
  })
})

it('a dilated net in another order sees what was generated before, not what lies before', () => {
  const blocks: Block[] = [waves[0]!, { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 0, residual: true }, { kind: 'projection-head' }]
  const { receptiveField } = inspectDocument(documentOf(blocks, { layout: 'sequence', ordering: 'reverse' }), { ...binary, shape: [3, 3, 1] }, { pixel: [1, 1] }).inspection!
  // From the last pixel back: the two after the middle are seen, the rest of those after it are not.
  expect(Array.from(receptiveField.map!.cells)).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 2])
})

describe('the palette', () => {
  it('has each kind once, with a title, words, and values that its schema takes', () => {
    expect(paletteKinds).toHaveLength(Object.keys(blockDescriptions).length - 1)
    for (const kind of paletteKinds) {
      expect(blockNotes[kind]!.description.length).toBeGreaterThan(20)
      const block = defaultBlock(kind, colour)
      expect(blockSchemas[kind].parse(block)).toEqual(block)
    }
  })
  it('gives every field of every kind a title, for forms', () => {
    for (const kind of paletteKinds) {
      const { properties } = z.toJSONSchema(blockSchemas[kind], { io: 'input' }) as { properties: Record<string, { title?: string }> }
      for (const [name, field] of Object.entries(properties)) if (name !== 'kind') expect(field.title, `${kind}.${name}`).toBeTruthy()
    }
  })
  it('offers what goes with the layout, and says why not with the data', () => {
    const kinds = blockPalette('sequence', audio).map(({ kind, why }) => [kind, why === null])
    expect(kinds).toContainEqual(['gated-residual', true])
    expect(kinds).toContainEqual(['transformer-block', false])
    expect(kinds.map(([kind]) => kind)).not.toContain('gated-layer')
  })
  it('makes a list by its defaults alone', () => {
    const blocks: Block[] = []
    for (const kind of ['image-input', 'masked-conv', 'masked-residual', 'masked-conv', 'image-head'] as const) blocks.push(defaultBlock(kind, colour, blocks))
    expect(blocks[1]).toMatchObject({ mask: 'A', channels: 33 })
    expect(blocks[3]).toMatchObject({ mask: 'B' })
    expect(inspectDocument(documentOf(blocks), colour)).toMatchObject({ issues: [], inspection: { causal: true } })
  })
  it('says where in a list a block may stand', () => {
    const list = { layout: 'image' as const, blocks: gated }
    const layer: Block = { kind: 'gated-layer', kernel: 3 }
    expect([0, 1, 2, 3, 5, 6].map((place) => whyNotAt(list, place, layer, binary) === null)).toEqual([false, false, true, true, true, false])
    expect(whyNotAt(list, 1, layer, binary)).toMatch(/gated input before it/)
    expect(whyNotAt(list, 1, { kind: 'masked-residual', kernel: 3, bottleneck: 4 }, binary)).toMatch(/mask A/)
    expect(whyNotAt(list, 3, { kind: 'image-input' }, binary)).toMatch(/second input/)
    // What is wrong already is not the new block's fault.
    expect(whyNotAt({ layout: 'image', blocks: gated.slice(0, 5) }, 3, layer, binary)).toBeNull()
  })
})

it.each([binary, colour, table, audio])('has presets that no other family has, for $kind data', (domain) => {
  for (const { config } of Object.values(composed.presets(domain))) {
    expect(checkBlocks(config, domain).issues).toEqual([])
    expect(composed.inspect(config, domain).causal).toBe(true)
    expect(new Set(config.blocks.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(3)
  }
})
