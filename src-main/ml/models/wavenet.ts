import type { WaveNetConfig } from '../../contract/inspect/wavenet'
import { waveNetBlocks, waveNetReceptiveField, wavenet as description } from '../../contract/inspect/wavenet'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * WaveNet (van den Oord et al. 2016): an embedding of the sample before, causal dilated convolutions with gated units, residual and
 * skip paths, and a softmax over the levels of the next sample. Works for any number of time steps; before the first sample there is a
 * start vector, and zeros in the hidden layers.
 *
 * With a condition c (a class, one-hot, or a vector) every gate adds V c, the same at each time step (their section 2.5, global conditioning).
 *
 * Weights: those of its blocks (ml/layers): embedding [K, R], gates [k·R, 2R] …
 */
export const wavenet: Family<WaveNetConfig> = {
  description,
  build: (config, domain, _seed, statistics) => ({
    ...buildBlockModel('sequence', waveNetBlocks(config, domain), domain, statistics),
    receptiveField: waveNetReceptiveField(config),
  }),
}
