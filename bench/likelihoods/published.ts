import { publishedResults } from '../../src-main/contract/published/results'

/** A test NLL from the literature, in the unit of its data set. */
export interface Published {
  model: string
  value: number
  source: string
  /** What keeps it from being compared as it stands. */
  but?: string
}

const wholeTrainingSet = 'trained on all 50,000 images'
const longer = 'trained until it no longer improves'

/** The studio's own entry of the literature, with what a short training has to be told besides. */
function quoted(dataset: string, title: string, difference?: string): Published {
  const result = publishedResults.find((candidate) => candidate.dataset === dataset && candidate.title === title)
  if (!result) throw new Error(`The published results hold no '${title}' of ${dataset}.`)
  const but = [difference, result.note].filter((reason) => reason !== undefined).join('; ')
  return { model: title, value: result.value, source: result.reference, ...(but ? { but } : {}) }
}

const digits = (title: string): Published => quoted('binarized_mnist', title, longer)
const silhouettes = (title: string): Published => quoted('caltech101_silhouettes', title)
const cifar = (title: string): Published => quoted('cifar10', title, wholeTrainingSet)

/** Numbers of the literature that stand beside rows of the same variant of the data. */
export const published = {
  deepnade: digits('EoNADE, two hidden layers'),
  convnade: digits('ConvNADE + DeepNADE'),
  pixelcnn: digits('PixelCNN'),
  rowLstm: digits('Row LSTM'),
  diagonalBilstm: digits('Diagonal BiLSTM, seven layers'),
  nadeOnCaltech: silhouettes('NADE, 500 hidden units'),
  rbmOnCaltech: silhouettes('RBM, 4,000 hidden units'),
  gaussianOnCifar: cifar('Multivariate Gaussian'),
  gatedOnCifar: cifar('Gated PixelCNN'),
  pixelcnnppOnCifar: cifar('PixelCNN++'),
} as const satisfies Record<string, Published>
