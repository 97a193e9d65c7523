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

/** Numbers of the literature that stand beside rows of the same variant of the data. */
export const published = {
  deepnade: { model: 'EoNADE of 2 layers, 128 orderings', value: 85.1, source: 'Uria et al. (2014)', but: longer },
  convnade: { model: 'ConvNADE with DeepNADE, 128 orderings', value: 80.82, source: 'Uria et al. (2016)', but: longer },
  pixelcnn: { model: 'PixelCNN', value: 81.3, source: 'van den Oord et al. (2016)', but: longer },
  rowLstm: { model: 'Row LSTM', value: 80.54, source: 'van den Oord et al. (2016)', but: longer },
  diagonalBilstm: { model: 'Diagonal BiLSTM of 7 layers', value: 79.2, source: 'van den Oord et al. (2016)', but: longer },
  nadeOnCaltech: { model: 'NADE', value: 108.8, source: 'Uria et al. (2016), as quoted by others' },
  rbmOnCaltech: { model: 'RBM', value: 107.8, source: 'Cho et al. (2013), as quoted by others' },
  gaussianOnCifar: { model: 'multivariate Gaussian', value: 4.7, source: 'Dinh et al. (2015)', but: wholeTrainingSet },
  gatedOnCifar: { model: 'Gated PixelCNN', value: 3.03, source: 'van den Oord et al. (2016b)', but: wholeTrainingSet },
  pixelcnnppOnCifar: { model: 'PixelCNN++', value: 2.92, source: 'Salimans et al. (2017)', but: wholeTrainingSet },
} as const satisfies Record<string, Published>
