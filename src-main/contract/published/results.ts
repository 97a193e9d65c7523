/** A test NLL from the literature. */
export interface PublishedResult {
  /** Of knownDatasets. */
  dataset: string
  /** Family of the studio, where it has that model; else its name. */
  family: string
  title: string
  value: number
  unit: 'nats/example' | 'bits/dim'
  /** False: a bound on the NLL, or an estimate. */
  exact: boolean
  reference: string
  note?: string
}

const references = {
  larochelle: 'Larochelle & Murray (2011), The Neural Autoregressive Distribution Estimator',
  uria2014: 'Uria, Murray & Larochelle (2014), A Deep and Tractable Density Estimator',
  uria2016: 'Uria, Côté, Gregor, Murray & Larochelle (2016), Neural Autoregressive Distribution Estimation',
  made: 'Germain, Gregor, Murray & Larochelle (2015), MADE: Masked Autoencoder for Distribution Estimation',
  pixelRnn: 'van den Oord, Kalchbrenner & Kavukcuoglu (2016), Pixel Recurrent Neural Networks',
  gated: 'van den Oord et al. (2016), Conditional Image Generation with PixelCNN Decoders',
  pixelCnnPlus: 'Salimans, Karpathy, Chen & Kingma (2017), PixelCNN++',
  pixelSnail: 'Chen, Mishra, Rohaninejad & Abbeel (2018), PixelSNAIL: An Improved Autoregressive Generative Model',
  generative: 'Hotaj (2020–), pytorch-generative, README',
  silhouettes: 'Bornschein & Bengio (2015), Reweighted Wake-Sleep',
  idSpn: 'Rooshenas & Lowd (2014), Learning Sum-Product Networks with Direct and Indirect Variable Interactions',
} as const

type Row = readonly [family: string, title: string, value: number, reference: keyof typeof references, note?: string]

const rows = (dataset: string, unit: PublishedResult['unit'], exact: boolean, of: readonly Row[]): PublishedResult[] =>
  of.map(([family, title, value, reference, note]) => ({
    dataset,
    family,
    title,
    value,
    unit,
    exact,
    reference: references[reference],
    ...(note === undefined ? {} : { note }),
  }))

/** Said of every number that has not been held against its source. */
const UNCHECKED = 'quoted at second hand, not checked against the source'
const unchecked = (of: readonly Row[]): Row[] =>
  of.map(([family, title, value, reference, note]) => [family, title, value, reference, note === undefined ? UNCHECKED : `${note}; ${UNCHECKED}`])

const optimistic = 'a reimplementation; its authors call the number optimistic'

/** Numbers of models that the studio has, or that its users would look for beside them. */
export const publishedResults: readonly PublishedResult[] = [
  ...rows('binarized_mnist', 'nats/example', true, [
    ['fvsbn', 'FVSBN', 97.45, 'larochelle', UNCHECKED],
    ['nade', 'NADE', 88.33, 'made', 'fixed order'],
    ['made', 'MADE, one hidden layer', 88.4, 'made', '1 mask'],
    ['made', 'MADE, one hidden layer', 88.04, 'made', '32 masks'],
    ['made', 'MADE, two hidden layers', 89.59, 'made', '1 mask'],
    ['made', 'MADE, two hidden layers', 86.64, 'made', '32 masks'],
    ['deepnade', 'EoNADE, one hidden layer', 87.71, 'uria2014', 'ensemble of 128 orderings'],
    ['deepnade', 'EoNADE, two hidden layers', 85.1, 'uria2014', 'ensemble of 128 orderings'],
    ...unchecked([['convnade', 'ConvNADE + DeepNADE', 80.82, 'uria2016', 'ensemble of 128 orderings']]),
    ['pixelcnn', 'PixelCNN', 81.3, 'pixelRnn'],
    ['row-lstm', 'Row LSTM', 80.54, 'pixelRnn'],
    ['diagonal-bilstm', 'Diagonal BiLSTM, one layer', 80.75, 'pixelRnn'],
    ['diagonal-bilstm', 'Diagonal BiLSTM, seven layers', 79.2, 'pixelRnn'],
  ]),
  ...rows('binarized_mnist', 'nats/example', false, [['DARN', 'DARN', 84.13, 'made', 'approximate']]),
  ...rows('mnist_dynamic', 'nats/example', true, [
    ['nade', 'NADE', 85.65, 'generative', optimistic],
    ['made', 'MADE', 84.87, 'generative', optimistic],
    ['pixelcnn', 'PixelCNN', 81.45, 'generative', optimistic],
    ['gated-pixelcnn', 'Gated PixelCNN', 81.5, 'generative', optimistic],
    ['transformer', 'ImageGPT', 79.17, 'generative', optimistic],
    ['pixelsnail', 'PixelSNAIL', 78.61, 'generative', optimistic],
  ]),
  ...rows('caltech101_silhouettes', 'nats/example', true, unchecked([['nade', 'NADE, 500 hidden units', 108.8, 'silhouettes', 'as quoted there']])),
  ...rows('caltech101_silhouettes', 'nats/example', false, unchecked([['RBM', 'RBM, 4,000 hidden units', 107.8, 'silhouettes', 'as quoted there; estimated by annealed importance sampling']])),
  ...rows('cifar10', 'bits/dim', true, [
    ['Uniform', 'Uniform', 8, 'pixelRnn'],
    ['pixelcnn', 'PixelCNN', 3.14, 'pixelRnn', 'training 3.08'],
    ['diagonal-bilstm', 'Diagonal BiLSTM (PixelRNN)', 3, 'pixelRnn', 'training 2.93'],
    ['row-lstm', 'Row LSTM', 3.07, 'pixelRnn', 'training 3.00'],
    ['gated-pixelcnn', 'Gated PixelCNN', 3.03, 'gated', 'training 2.90'],
    ['pixelcnnpp', 'PixelCNN++', 2.92, 'pixelCnnPlus'],
    ['pixelsnail', 'PixelSNAIL', 2.85, 'pixelSnail'],
  ]),
  ...rows('cifar10', 'bits/dim', false, [
    ['gaussian', 'Multivariate Gaussian', 4.7, 'pixelRnn', 'density of dequantised values'],
    ['NICE', 'NICE', 4.48, 'pixelRnn', 'density of dequantised values'],
    ['Deep diffusion', 'Deep diffusion', 4.2, 'pixelRnn'],
    ['DRAW', 'DRAW', 4.13, 'pixelRnn'],
    ['Deep GMMs', 'Deep GMMs', 4, 'pixelRnn', 'density of dequantised values'],
    ['Conv DRAW', 'Conv DRAW', 3.58, 'gated'],
    ['spatial-lstm', 'RIDE', 3.47, 'pixelRnn', 'density of dequantised values'],
  ]),
  ...rows('mushrooms', 'nats/example', true, unchecked([
    ['fvsbn', 'FVSBN', 10.27, 'made'],
    ['nade', 'NADE', 9.81, 'made', 'fixed order'],
    ['deepnade', 'EoNADE, one hidden layer', 9.68, 'made', 'ensemble of 16 orderings'],
    ['made', 'MADE', 9.68, 'made', '1 mask'],
    ['made', 'MADE, masks sampled', 9.69, 'made'],
  ])),
  ...rows('dna', 'nats/example', true, unchecked([
    ['fvsbn', 'FVSBN', 83.64, 'made'],
    ['nade', 'NADE', 84.81, 'made', 'fixed order'],
    ['deepnade', 'EoNADE, one hidden layer', 82.31, 'made', 'ensemble of 16 orderings'],
    ['made', 'MADE', 83.63, 'made', '1 mask'],
    ['made', 'MADE, masks sampled', 79.66, 'made'],
  ])),
  ...rows('nips', 'nats/example', true, unchecked([
    ['fvsbn', 'FVSBN', 276.88, 'made'],
    ['nade', 'NADE', 273.08, 'made', 'fixed order'],
    ['deepnade', 'EoNADE, one hidden layer', 272.39, 'made', 'ensemble of 16 orderings'],
    ['made', 'MADE', 280.25, 'made', '1 mask'],
    ['made', 'MADE, masks sampled', 277.28, 'made'],
  ])),
  ...rows('nltcs', 'nats/example', true, unchecked([['ID-SPN', 'ID-SPN', 6.02, 'idSpn'], ['LearnSPN', 'LearnSPN', 6.11, 'idSpn']])),
  ...rows('plants', 'nats/example', true, unchecked([['ID-SPN', 'ID-SPN', 12.54, 'idSpn'], ['LearnSPN', 'LearnSPN', 12.98, 'idSpn']])),
]
