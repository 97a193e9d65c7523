import { isSeries } from '../../contract/domain'
import type { BytenetConfig } from '../../contract/inspect/bytenet'
import { bytenet as description, bytenetBlocks, bytenetReceptiveField } from '../../contract/inspect/bytenet'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * The decoder of ByteNet (Kalchbrenner et al. 2016, sections 3.5 and 4.1) as a model of sequences: an embedding of the value before, sets of residual
 * blocks whose causal convolutions have the dilations 1, 2, 4 …, and a softmax behind a layer norm. Works for any number of steps; before the first
 * value there is a start vector, and zeros in the convolutions. Sampled by queues, as WaveNet is.
 *
 * Weights: those of its blocks (ml/layers/bytenetResidual).
 */
export const bytenet: Family<BytenetConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const series = isSeries(domain)
    const model = buildBlockModel('sequence', bytenetBlocks(config), domain, statistics, series ? undefined : configuredOrdering(config, domain))
    return series ? { ...model, receptiveField: bytenetReceptiveField(config) } : model
  },
}
