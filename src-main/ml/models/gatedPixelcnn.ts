import type { GatedPixelCnnConfig } from '../../contract/inspect/gatedPixelcnn'
import { gatedPixelCnnBlocks, gatedPixelcnn as description } from '../../contract/inspect/gatedPixelcnn'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * Gated PixelCNN (van den Oord et al. 2016, figure 2): a vertical stack that sees the rows above, a horizontal one that sees the pixels to the
 * left and what the vertical one found at its place. y = tanh(W_f ∗ x + V_f h) ⊙ σ(W_g ∗ x + V_g h), with a condition h where there is one;
 * the horizontal stack is residual. Then ReLU and 1 × 1 convolutions to a Bernoulli, a K-way softmax or a discretised mixture of logistics for
 * each channel. Every pixel above and to the left within reach is seen: no blind spot.
 *
 * Weights: those of its blocks (ml/layers/gatedPixel), with n × n masked kernels folded into [⌊n/2⌋ + 1, n] ones and smaller.
 */
export const gatedPixelcnn: Family<GatedPixelCnnConfig> = {
  description,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', gatedPixelCnnBlocks(config, domain), domain, statistics),
}
