import { isSeries } from '../../contract/domain'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import type { TransformerConfig } from '../../contract/inspect/transformer'
import { transformerBlocks, transformer as description, transformerReceptiveField } from '../../contract/inspect/transformer'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * A decoder-only Transformer over the dimensions of an example (Vaswani et al. 2017; Image GPT, Chen et al. 2020): each level is a token,
 * shifted by one behind a start vector, plus a learned position; pre-norm blocks h ← h + MultiHead(LN(h)), h ← h + W₂ GELU(W₁ LN(h)), in which
 * step t attends to steps ≤ t; then p(x_t | x_<t) = softmax(W LN(h))_t, or a Bernoulli. Steps follow the chosen ordering. A condition is added
 * to every position. Dropout, where there is any, acts in training alone. Sequences of any length have no learned positions: each block attends to
 * the latest steps and knows how far back each lies (ml/layers/localAttention).
 *
 * Weights: those of its blocks (ml/layers/transformerBlock).
 */
export const transformer: Family<TransformerConfig> = {
  description,
  build(config, domain, _seed, statistics) {
    const blocks = transformerBlocks(config, domain)
    if (isSeries(domain)) return { ...buildBlockModel('sequence', blocks, domain, statistics), receptiveField: transformerReceptiveField(config) }
    return buildBlockModel('sequence', blocks, domain, statistics, configuredOrdering(config, domain))
  },
}
