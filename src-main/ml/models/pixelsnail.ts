import type { PixelSnailConfig } from '../../contract/inspect/pixelsnail'
import { pixelSnailBlocks, pixelsnail as description } from '../../contract/inspect/pixelsnail'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * A net in the manner of PixelSNAIL (Chen et al. 2018): gated layers without a blind spot alternate with causal attention, in which every
 * pixel looks at all pixels strictly before it: h_i ← h_i + W_o Σ_{j<i} softmax_j(q_i · k_j / √d) v_j. The convolutions are the gated layers of
 * Gated PixelCNN, and the conditionals a Bernoulli or K-way softmax for each channel.
 *
 * Weights: those of its blocks (ml/layers/gatedPixel, ml/layers/causalAttention).
 */
export const pixelsnail: Family<PixelSnailConfig> = {
  description,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', pixelSnailBlocks(config, domain), domain, statistics),
}
