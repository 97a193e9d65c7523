import type { SpatialLstmConfig } from '../../contract/inspect/spatialLstm'
import { spatialLstmBlocks, spatialLstm as description } from '../../contract/inspect/spatialLstm'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * Spatial LSTM (Theis & Bethge 2015, the recurrence of RIDE): p(x_i | x_<i) = p(x_i | h_i), where h_i reads the causal neighbourhood of the pixel
 * and the states to its left and above it. The conditionals are a Bernoulli, a K-way softmax or a discretised mixture of logistics, hence exact;
 * the paper's mixtures of conditional Gaussian scale mixtures are densities of dequantised values. RGB: the channels of a pixel in turn.
 *
 * Weights: those of its blocks (ml/layers/spatialLstm).
 */
export const spatialLstm: Family<SpatialLstmConfig> = {
  description,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', spatialLstmBlocks(config, domain), domain, statistics),
}
