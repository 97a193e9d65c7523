import type { Domain, SplitName } from '../domain'
import { dimensionsOf } from '../domain'
import type { DatasetRecord } from '../records/dataset'

/** A data set of the literature in one preparation. It is known by the content of its test split, whatever it is called. */
export interface KnownDataset {
  id: string
  title: string
  /** The preparation that the published numbers belong to. */
  variant: string
  /** Dimensions of an example, and levels K. */
  dimensions: number
  levels: number
  test: {
    examples: number
    /** SHA-256 of the packed test split (one byte for each value, in the order of the published files) … */
    sha256?: string
    /** … or, of RGB images in whatever order, the sums of all test pixels by channel. */
    channelSums?: readonly [number, number, number]
  }
  /** Set where grey values are stored and each is binarised anew whenever it is read. */
  dynamic?: true
}

/** What recognition looks at. `channelSums`: of the test split; null where it was not computed. */
export interface DatasetContent {
  domain: Domain
  counts: Record<SplitName, number>
  testSha256: string
  binarize?: DatasetRecord['options']['binarize']
  /** Of dynamic binarisation, which freezes the test split by it. */
  seed: number
  channelSums: readonly number[] | null
}

export const knownDatasets: readonly KnownDataset[] = [
  {
    id: 'binarized_mnist',
    title: 'Binarised MNIST',
    variant: 'fixed binarisation (Larochelle & Murray)',
    dimensions: 784,
    levels: 2,
    test: { examples: 10_000, sha256: 'ca0294c3b8d984c7a1dc891015a8eea6f37bae59a34e35ea0fc8c47110a8dd86' },
  },
  {
    id: 'mnist_dynamic',
    title: 'MNIST',
    variant: 'dynamic binarisation',
    dimensions: 784,
    levels: 2,
    test: { examples: 10_000, sha256: '6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161' },
    dynamic: true,
  },
  {
    id: 'caltech101_silhouettes',
    title: 'Caltech-101 Silhouettes, 28×28',
    variant: 'split 1, as given',
    dimensions: 784,
    levels: 2,
    test: { examples: 2307, sha256: 'caf9bfb9732aced2ed6d7cfb7bf678eb933622574c87a3ce159a3c76dcb2b722' },
  },
  {
    id: 'cifar10',
    title: 'CIFAR-10',
    variant: '32×32 RGB, 256 levels',
    dimensions: 3072,
    levels: 256,
    test: { examples: 10_000, channelSums: [1_290_492_328, 1_266_775_083, 1_176_108_223] },
  },
  {
    id: 'mushrooms',
    title: 'UCI mushrooms',
    variant: 'binary, as given',
    dimensions: 112,
    levels: 2,
    test: { examples: 5624, sha256: '02d2b76d77c88d8f7e9c4e5b6be68e16d242c5e9db55b16bea81a953c3823d3c' },
  },
  {
    id: 'dna',
    title: 'UCI DNA',
    variant: 'binary, as given',
    dimensions: 180,
    levels: 2,
    test: { examples: 1186, sha256: '183aa2a8acb410c9d950e26030da5b30e3176da04b2ed2566c03565a5c3479a1' },
  },
  {
    id: 'nips',
    title: 'NIPS-0-12',
    variant: 'binary, as given',
    dimensions: 500,
    levels: 2,
    test: { examples: 1240, sha256: '7163c55ede1f8077131fb918de107b5782dce395e1c5b9fe33d8b82236a8ec9a' },
  },
  {
    id: 'nltcs',
    title: 'NLTCS',
    variant: 'binary, as given',
    dimensions: 16,
    levels: 2,
    test: { examples: 3236, sha256: '72c1a049d0fa72c165ca12d830a7523f9e8365f25e4adb01f170c480dcded06a' },
  },
  {
    id: 'plants',
    title: 'Plants',
    variant: 'binary, as given',
    dimensions: 69,
    levels: 2,
    test: { examples: 3482, sha256: '52371eb14299c29040c94af09a820d5a3f9038765174728cfcf14eaccc3c0369' },
  },
]

/** Whether the sums of the test pixels could decide what it is; they cost a pass over the split. */
export const wantsChannelSums = ({ domain, counts }: Pick<DatasetContent, 'domain' | 'counts'>): boolean =>
  knownDatasets.some(({ test, ...known }) => test.channelSums && looksLike(known, domain) && counts.test === test.examples && domain.shape[2] === 3)

/** The known data set that a data set is by its content; null when it is none. */
export function recogniseDataset(content: DatasetContent): KnownDataset | null {
  return knownDatasets.find((known) => whyNot(known, content) === null) ?? null
}

/** Known data sets of the same kind of examples, the numbers of which somebody might look at beside this one's. */
export const similarDatasets = ({ domain }: Pick<DatasetContent, 'domain'>): KnownDataset[] => knownDatasets.filter((known) => looksLike(known, domain))

/** Why a data set is not this known one, in words; null when it is. */
export function whyNot(known: KnownDataset, { domain, counts, testSha256, binarize, channelSums }: DatasetContent): string | null {
  const { title, variant, test } = known
  if (!looksLike(known, domain))
    return `${title} has ${known.dimensions} dimensions of ${known.levels} levels; this data has ${dimensionsOf(domain)} of ${domain.levels}`
  if (counts.test !== test.examples)
    return `the test split of ${title} has ${test.examples.toLocaleString('en')} examples; this one has ${counts.test.toLocaleString('en')}`
  if ((binarize === 'dynamic') !== (known.dynamic ?? false))
    return known.dynamic ? `that is of ${title} with ${variant}; this data is binarised once` : `that is of ${variant}; this data is binarised anew whenever it is read`
  const same = test.channelSums ? channelSums?.join() === test.channelSums.join() : testSha256 === test.sha256
  if (same) return null
  return binarize === 'stochastic' || binarize === 'threshold'
    ? `that is of ${title}, ${variant}; this data is another binarisation (${binarize})`
    : `the test examples are not those of ${title}, ${variant}, or they come in another order`
}

const looksLike = ({ dimensions, levels }: Pick<KnownDataset, 'dimensions' | 'levels'>, domain: Domain): boolean =>
  domain.kind !== 'audio' && dimensionsOf(domain) === dimensions && domain.levels === levels
