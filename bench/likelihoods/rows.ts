import type { PresetName } from '../../src-main/contract/records/model'
import type { DataSet } from './dataSets'
import { dataSets } from './dataSets'
import type { Published } from './published'
import { published } from './published'

/** One model that is trained for its minutes and scored on the test split. */
export interface LikelihoodRow {
  name: string
  dataSet: DataSet
  family: string
  preset: PresetName
  /** What differs from the preset, as `--set` takes it. */
  settings: readonly string[]
  /** null: fitted in one pass. */
  minutes: number | null
  /** What the test NLL must not exceed, in the unit of the data set. */
  target: number | null
  /** Where the target comes from; null where it is a figure of its own. */
  targetFrom: string | null
  /** The row whose test figure must not be exceeded either: the lower of it and `target` is wanted. */
  atMostOf: string | null
  /** Rows of one group answer for their target together: the best one counts. */
  group: string | null
  /** Order-agnostic models: the mean of so many orderings' probabilities, on a stratified choice of test examples. */
  orderings: { count: number; examples: number } | null
  /** Class-conditional models: also a grid of samples, and the share of test examples classified rightly that is wanted. */
  accuracy: number | null
  /** Pairs: the share of test sources whose whole target must be decoded rightly. */
  exactMatch: number | null
  published: readonly Published[]
}

const LONG = 12

/** 3,300 photographs: mirrored they are twice as many, and small batches make more steps of the minutes. */
const photographs = ['mirror=0.5', 'batchSize=8']

type Given = Pick<LikelihoodRow, 'dataSet' | 'family'> & Partial<LikelihoodRow>

const row = ({ dataSet, family, ...rest }: Given): LikelihoodRow => ({
  name: `${dataSet.name}-${family}`,
  dataSet,
  family,
  preset: 'small',
  settings: [],
  minutes: LONG,
  target: null,
  targetFrom: null,
  atMostOf: null,
  group: null,
  orderings: null,
  accuracy: null,
  exactMatch: null,
  published: [],
  ...rest,
})

/** Half of what independent pixels score on the fixed binarisation. */
const HALF_OF_INDEPENDENT = 103
/** 4,100 silhouettes are few: without decay, weights overfit within a minute; mirrored and shifted by a pixel, they are more. */
const silhouettes = ['optimizer={"kind":"adamw","weightDecay":0.05}', 'mirror=0.5', 'shift=1', 'ema=0.99', 'batchSize=50', 'validateEvery=200']
const expensive = { count: 8, examples: 500 }
const { binarizedMnist, caltech, freyFaces, cifar10, nltcs, mushrooms, dna, mnist, movingDigits, libDom, spokenDigits, reversed, sorted } = dataSets
/** What `xz -9` needs for the held-out part after all that comes before it, in nats per character. */
const XZ_ON_LIB_DOM = 0.6

/** Few long pieces, seen a dozen times: wide enough to remember the names that come up again. */
const declarations = { lstm: ['hidden=512', 'batchSize=16', 'windowSamples=512', 'learningRate=0.002'], bytenet: [], transformer: [] } as const

/** A histogram, the orders that are usual for speech, and what one sample says of the next. */
const spokenBaselines = { independent: [], ar: ['order=16'], markov: ['order=1'] } as const

const digits = (family: string, rest: Partial<LikelihoodRow> = {}): LikelihoodRow =>
  row({ dataSet: binarizedMnist, family, target: HALF_OF_INDEPENDENT, ...rest })

/** The better of NADE and MADE on a table. */
const tables = (dataSet: DataSet, target: number, nade: Partial<LikelihoodRow>, made: Partial<LikelihoodRow>): LikelihoodRow[] =>
  [row({ dataSet, family: 'nade', ...nade }), row({ dataSet, family: 'made', ...made })].map((model) => ({ ...model, target, group: dataSet.name }))

/** Video: the same decoder for as long, given all earlier frames, the last one, or none. The first must be below the others. */
const moving = (context: 'recurrent' | 'last-frame' | 'none'): LikelihoodRow =>
  row({
    name: `moving_digits-${context === 'recurrent' ? 'video-pixel-network' : `pixelcnn-${context === 'none' ? 'of-single-frames' : 'given-the-last-frame'}`}`,
    dataSet: movingDigits,
    family: 'video-pixel-network',
    settings: [`context=${context}`],
  })

/** Every row, the quick ones first. */
export const rows: readonly LikelihoodRow[] = [
  ...tables(
    nltcs,
    6.05,
    { minutes: 0.5, settings: ['hidden=64'] },
    { minutes: 0.5, settings: ['hidden=[64]'] },
  ),
  ...tables(
    mushrooms,
    10.2,
    { minutes: 1, settings: ['hidden=200'] },
    { minutes: 1, settings: ['hidden=[200]'] },
  ),
  ...tables(
    dna,
    86,
    { minutes: 1, settings: ['hidden=50', 'learningRate=0.002'] },
    { minutes: 1, settings: ['hidden=[100]', 'learningRate=0.001', 'validateEvery=100'] },
  ),
  row({ dataSet: caltech, family: 'fvsbn', settings: [...silhouettes, 'learningRate=0.005'], minutes: 1.5, target: 104 }),
  row({
    dataSet: caltech,
    family: 'nade',
    settings: ['hidden=100', 'direct=true', ...silhouettes, 'learningRate=0.005'],
    minutes: 6,
    target: 100,
    published: [published.nadeOnCaltech],
  }),
  row({ dataSet: caltech, family: 'pixelcnn', settings: ['mirror=0.5'], minutes: 6, target: 91, published: [published.rbmOnCaltech] }),
  row({ dataSet: freyFaces, family: 'gaussian', minutes: null }),
  row({ dataSet: freyFaces, family: 'rnade', minutes: 5 }),
  row({ dataSet: cifar10, family: 'independent', minutes: null }),
  row({ dataSet: cifar10, family: 'gaussian', minutes: null, published: [published.gaussianOnCifar] }),
  digits('gated-pixelcnn', {
    target: 88,
    settings: ['channels=32', 'layers=5', 'batchSize=16'],
    published: [published.pixelcnn],
  }),
  digits('deepnade', { orderings: expensive, published: [published.deepnade] }),
  digits('convnade', { orderings: expensive, published: [published.convnade] }),
  digits('transformer'),
  digits('lstm', { preset: 'standard' }),
  digits('row-lstm', { published: [published.rowLstm] }),
  digits('diagonal-bilstm', { published: [published.diagonalBilstm] }),
  digits('spatial-lstm'),
  row({
    dataSet: cifar10,
    family: 'gated-pixelcnn',
    settings: ['channels=60', 'kernel=3', ...photographs],
    target: 4.7,
    published: [published.gatedOnCifar],
  }),
  row({
    dataSet: cifar10,
    family: 'pixelcnnpp',
    settings: ['residuals=2', 'resolutions=1', 'dropout=0', ...photographs],
    target: 4.7,
    published: [published.pixelcnnppOnCifar],
  }),
  ...(['independent', 'ar', 'markov'] as const).map((family) => row({ dataSet: spokenDigits, family, minutes: null, settings: spokenBaselines[family] })),
  row({ dataSet: spokenDigits, family: 'wavenet', preset: 'standard', minutes: 20, settings: ['condition=class'], target: 2.95 }),
  row({ dataSet: libDom, family: 'ngram', preset: 'paper', minutes: null }),
  ...(['lstm', 'bytenet', 'transformer'] as const).map((family) =>
    row({ dataSet: libDom, family, preset: 'standard', minutes: 45, target: XZ_ON_LIB_DOM, targetFrom: 'xz -9', atMostOf: 'lib_dom-ngram', settings: declarations[family] }),
  ),
  ...[reversed, sorted].flatMap((dataSet) => [
    row({ dataSet, family: 'bytenet-pairs', minutes: dataSet === reversed ? 20 : 15, settings: ['channels=128'], exactMatch: 0.99 }),
    row({ dataSet, family: 'transformer-pairs', minutes: 5, exactMatch: 0.99 }),
  ]),
  row({
    name: 'mnist-by-class-gated-pixelcnn',
    dataSet: mnist,
    family: 'gated-pixelcnn',
    settings: ['condition=class'],
    accuracy: 0.95,
  }),
  moving('none'),
  moving('last-frame'),
  moving('recurrent'),
]
