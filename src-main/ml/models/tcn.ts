import { isSeries } from '../../contract/domain'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import type { TcnConfig } from '../../contract/inspect/tcn'
import { tcn as description, tcnBlocks, tcnReceptiveField } from '../../contract/inspect/tcn'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * The temporal convolutional network (Bai et al. 2018) as a model of sequences: an embedding of the value before, residual blocks of two causal
 * dilated convolutions with ReLU, weight normalisation and dropout, and a softmax over the levels of the next value. Works for any number of
 * steps; before the first value there is a start vector, and zeros in the hidden layers. Sampled by queues, as WaveNet is.
 *
 * Weights: those of its blocks (ml/layers/causalResidual).
 */
export const tcn: Family<TcnConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const series = isSeries(domain)
    const model = buildBlockModel('sequence', tcnBlocks(config, domain), domain, statistics, series ? undefined : configuredOrdering(config, domain))
    return series ? { ...model, receptiveField: tcnReceptiveField(config) } : model
  },
}
