import type { PixelCnnConfig } from '../../contract/inspect/pixelcnn'
import { pixelCnnBlocks, pixelcnn as description } from '../../contract/inspect/pixelcnn'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * PixelCNN (van den Oord, Kalchbrenner & Kavukcuoglu 2016): a 7 × 7 convolution with mask A, residual blocks with mask B, 1 × 1
 * convolutions, and a Bernoulli or K-way softmax for each channel, given all earlier pixels and the earlier channels of its own. It has a
 * blind spot to the right above each pixel, as published; the receptive-field picture shows it.
 *
 * Weights: those of its blocks (ml/layers), with kernels [⌊k/2⌋ + 1, k, in, out] whose masked entries are ignored.
 */
export const pixelcnn: Family<PixelCnnConfig> = {
  description,
  build: (config, domain, _seed, statistics) => buildBlockModel('image', pixelCnnBlocks(config), domain, statistics),
}
