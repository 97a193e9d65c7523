import { describe, expect, test } from 'vitest'
import { familyDescriptions } from '../inspect/registry'
import type { ComparedNumber } from './comparable'
import { publishedBeside, whyRunsDiffer } from './comparable'
import type { DatasetContent } from './knownDatasets'
import { knownDatasets, recogniseDataset, wantsChannelSums } from './knownDatasets'
import { publishedResults } from './results'

const known = (id: string) => knownDatasets.find((dataset) => dataset.id === id)!
function contentOf(id: string, changes: Partial<DatasetContent> = {}): DatasetContent {
  const { test: { examples, sha256, channelSums }, dimensions, levels, dynamic } = known(id)
  const shape = dimensions === 784 ? [28, 28, 1] : dimensions === 3072 ? [32, 32, 3] : [dimensions]
  return {
    domain: { kind: shape.length === 3 ? 'image' : 'table', shape, levels, variableLength: false, encoding: 'linear' },
    counts: { train: 5000, valid: 1000, test: examples },
    testSha256: sha256 ?? '00',
    binarize: dynamic ? 'dynamic' : undefined,
    seed: 0,
    channelSums: channelSums ?? null,
    ...changes,
  }
}
const numberOf = (content: DatasetContent, changes: Partial<ComparedNumber> = {}): ComparedNumber => ({ content, split: 'test', unit: 'nats/example', conditioned: false, ...changes })
/** Titles of comparable rows, and the reasons of the others. */
const split = (number: ComparedNumber): { comparable: string[]; reasons: Set<string | null> } => {
  const rows = publishedBeside(number)
  return { comparable: rows.filter(({ comparable }) => comparable).map(({ title }) => title), reasons: new Set(rows.filter(({ comparable }) => !comparable).map(({ why }) => why)) }
}

describe('a data set is known by its content', () => {
  test.each(knownDatasets.map(({ id }) => id))('%s', (id) => {
    expect(recogniseDataset(contentOf(id))?.id).toBe(id)
    // One example more or less, another example, another order: not that data set.
    expect(recogniseDataset(contentOf(id, { counts: { train: 1, valid: 1, test: 17 } }))).toBeNull()
    expect(recogniseDataset(contentOf(id, { testSha256: 'ff', channelSums: [1, 2, 3] }))).toBeNull()
  })

  test('grey MNIST is the dynamic variant only where it is binarised anew', () => {
    const content = contentOf('mnist_dynamic')
    expect(recogniseDataset({ ...content, binarize: undefined, domain: { ...content.domain, levels: 256 } })).toBeNull()
    expect(recogniseDataset({ ...content, binarize: 'threshold' })).toBeNull()
  })

  test('only images like those of CIFAR-10 cost a look at the pixels', () => {
    expect(wantsChannelSums(contentOf('cifar10'))).toBe(true)
    expect(wantsChannelSums(contentOf('cifar10', { counts: { train: 3500, valid: 0, test: 500 } }))).toBe(false)
    expect(wantsChannelSums(contentOf('binarized_mnist'))).toBe(false)
  })
})

describe('published numbers beside a run', () => {
  test('stand beside runs on the same test examples; those of the other binarisation say why not', () => {
    const { comparable, reasons } = split(numberOf(contentOf('binarized_mnist')))
    expect(comparable).toEqual(publishedResults.filter(({ dataset }) => dataset === 'binarized_mnist').map(({ title }) => title))
    expect(comparable.length).toBeGreaterThan(10)
    expect(reasons).toEqual(new Set(['that is of MNIST with dynamic binarisation; this data is binarised once']))
  })

  test('of dynamic binarisation stand beside that, and not the fixed ones', () => {
    const { comparable, reasons } = split(numberOf(contentOf('mnist_dynamic')))
    expect(comparable).toEqual(['NADE', 'MADE', 'PixelCNN', 'Gated PixelCNN', 'ImageGPT', 'PixelSNAIL'])
    expect(reasons).toEqual(new Set(['that is of fixed binarisation (Larochelle & Murray); this data is binarised anew whenever it is read']))
  })

  test('are greyed beside other data that looks alike, with what tells them apart', () => {
    const own = contentOf('binarized_mnist', { testSha256: 'ab', binarize: 'stochastic' })
    const { comparable, reasons } = split(numberOf(own))
    expect(comparable).toEqual([])
    expect([...reasons]).toContain('that is of Binarised MNIST, fixed binarisation (Larochelle & Murray); this data is another binarisation (stochastic)')
    expect(split(numberOf(contentOf('cifar10', { counts: { train: 3000, valid: 500, test: 500 } }))).reasons).toEqual(
      new Set(['the test split of CIFAR-10 has 10,000 examples; this one has 500']),
    )
    expect(publishedBeside(numberOf(contentOf('dna', { domain: { ...contentOf('dna').domain, shape: [181] } })))).toEqual([])
  })

  test('never stand beside another split, or a model that is told the class', () => {
    const content = contentOf('binarized_mnist')
    expect(split(numberOf(content, { split: 'valid' })).comparable).toEqual([])
    const { comparable, reasons } = split(numberOf(content, { conditioned: true }))
    expect(comparable).toEqual([])
    expect([...reasons].join()).toContain('p(x | condition)')
  })

  test('carry both units, and whether they are exact', () => {
    const rows = publishedBeside(numberOf(contentOf('cifar10')))
    const pixelCnn = rows.find(({ title }) => title === 'PixelCNN')!
    expect(pixelCnn).toMatchObject({ bitsPerDim: 3.14, exact: true, reference: expect.stringContaining('Pixel Recurrent') as string })
    expect(pixelCnn.nats).toBeCloseTo(3.14 * 3072 * Math.LN2, 6)
    expect(rows.find(({ title }) => title === 'RIDE')).toMatchObject({ exact: false })
  })
})

describe('runs beside each other', () => {
  const one = numberOf(contentOf('mnist_dynamic'))
  test('need the same examples, binarised by the same seed, split and unit', () => {
    expect(whyRunsDiffer(one, one)).toBeNull()
    expect(whyRunsDiffer(one, numberOf(contentOf('mnist_dynamic', { seed: 1 })))).toContain('prepared')
    expect(whyRunsDiffer(one, numberOf(contentOf('mnist_dynamic', { binarize: 'threshold' })))).toContain('prepared')
    expect(whyRunsDiffer(one, numberOf(contentOf('binarized_mnist')))).toContain('not those of the first run')
    expect(whyRunsDiffer(one, { ...one, split: 'valid' })).toContain('valid split')
    expect(whyRunsDiffer(one, { ...one, unit: 'nats/sample' })).toContain('nats/sample')
    expect(whyRunsDiffer(one, { ...one, conditioned: true })).toContain('p(x | condition)')
    expect(whyRunsDiffer({ ...one, conditioned: true }, { ...one, conditioned: true })).toBeNull()
    const told = { ...one, conditioned: true, features: '40 for every 80 samples' }
    expect(whyRunsDiffer(told, told)).toBeNull()
    expect(whyRunsDiffer(one, told)).toBe("its number is of p(x | features), 40 for every 80 samples, the first one's of p(x)")
    expect(whyRunsDiffer({ ...told, features: '20 for every 80 samples' }, told)).toContain('p(x | features)')
  })
})

test('every published number is of a known data set, in its unit, with its reference', () => {
  const families = familyDescriptions.map(({ id }) => id)
  for (const { dataset, family, value, unit, reference } of publishedResults) {
    // Families of the studio under their ids, others under a name of their own.
    expect(/^[A-Z]/.test(family) || families.includes(family), family).toBe(true)
    expect(knownDatasets.map(({ id }) => id)).toContain(dataset)
    expect(unit).toBe(dataset === 'cifar10' ? 'bits/dim' : 'nats/example')
    expect(value).toBeGreaterThan(dataset === 'cifar10' ? 2 : 5)
    expect(reference).toMatch(/\(\d{4}/)
  }
})
