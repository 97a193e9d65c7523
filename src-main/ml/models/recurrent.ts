import type { RecurrentCell } from '../../contract/inspect/blocks/recurrent'
import type { FamilyDescription } from '../../contract/inspect/family'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import type { RecurrentConfig } from '../../contract/inspect/recurrent'
import { gru as gruDescription, lstm as lstmDescription, recurrentBlocks, rnn as rnnDescription } from '../../contract/inspect/recurrent'
import { buildBlockModel } from './blockModel'
import type { Family } from './model'

/**
 * Recurrent nets over the dimensions of an example, or the samples of a sequence: step t reads the embedded value of step t − 1 (a start
 * vector at first) and, for examples of one shape, which dimension is to come; the state h_t, zero at the start, then gives
 * p(x_t | x_<t) = softmax(V LN(h_t) + b), or a Bernoulli. Steps follow the chosen ordering. A condition is added to every step's input.
 *
 * Weights: those of its blocks (ml/layers/recurrent).
 */
const recurrentFamily = (cell: RecurrentCell, description: FamilyDescription<RecurrentConfig>): Family<RecurrentConfig> => ({
  description,
  build: (config, domain, _seed, statistics) =>
    buildBlockModel('sequence', recurrentBlocks(cell, config, domain), domain, statistics, configuredOrdering(config, domain)),
})

/** Elman (1990): h = tanh([x, h] W + b) */
export const rnn = recurrentFamily('rnn', rnnDescription)
/** Gated recurrent units (Cho et al. 2014). */
export const gru = recurrentFamily('gru', gruDescription)
/** Long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000). */
export const lstm = recurrentFamily('lstm', lstmDescription)
