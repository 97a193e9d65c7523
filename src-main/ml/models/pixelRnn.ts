import type { DiagonalBiLstmConfig, RowLstmConfig } from '../../contract/inspect/pixelRnn'
import {
  diagonalBiLstmBlocks,
  diagonalBiLstm as diagonalBiLstmDescription,
  rowLstmBlocks,
  rowLstm as rowLstmDescription,
} from '../../contract/inspect/pixelRnn'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * PixelRNN (van den Oord, Kalchbrenner & Kavukcuoglu 2016): a 7 × 7 convolution with mask A, recurrent layers with residual connections,
 * 1 × 1 convolutions behind ReLUs, and a Bernoulli or K-way softmax for each channel, given all earlier pixels and the earlier channels of its own.
 *
 * Weights: those of its blocks (ml/layers/rowLstm, ml/layers/diagonalBiLstm).
 */

/** Row LSTM: each state reads the row above by a convolution, so that what a pixel sees is a triangle above it. */
export const rowLstm: Family<RowLstmConfig> = {
  description: rowLstmDescription,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', rowLstmBlocks(config, domain), domain, statistics),
}

/**
 * Diagonal BiLSTM: two directions along the diagonals, the second moved down by one row, so that a pixel sees all earlier ones. (All but one, as
 * published: the last pixel of the row above enters no feature of its own row, and is too far to the right for those of the next.)
 */
export const diagonalBiLstm: Family<DiagonalBiLstmConfig> = {
  description: diagonalBiLstmDescription,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', diagonalBiLstmBlocks(config, domain), domain, statistics),
}
