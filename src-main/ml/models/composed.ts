import { isSeries } from '../../contract/domain'
import type { ComposedConfig } from '../../contract/inspect/composed'
import { composed as description, composedReceptiveField } from '../../contract/inspect/composed'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * A net of blocks chosen one by one: what the presets of the convolutional, recurrent and attention families expand to, and any mixture of
 * them. Each block hands on features from which its own value is hidden, so every list that the checks let pass is a density by the chain rule.
 *
 * Weights: those of its blocks (ml/layers), named by their place: 'blocks.3.spread.weight'.
 */
export const composed: Family<ComposedConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const { layout, blocks } = config
    const ordered = layout === 'sequence' && !isSeries(domain)
    const model = buildBlockModel(layout, blocks, domain, statistics, ordered ? configuredOrdering(config, domain) : undefined)
    const receptiveField = composedReceptiveField(config)
    return receptiveField === null ? model : { ...model, receptiveField }
  },
}
