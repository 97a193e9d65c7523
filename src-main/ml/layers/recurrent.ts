import type { RecurrentBlock, RecurrentCell } from '../../contract/inspect/blocks/recurrent'
import { lstm } from '../tensor/lstm'
import { elman, gru } from '../tensor/recurrence'
import { tf } from '../tensor/tf'
import type { BuildLayer, LayerParameter, ParameterOf } from './layer'
import { glorotLimit } from './layer'
import { describeRecurrent, stepRecurrent } from './recurrentSteps'

/**
 * Weights, rows of x, then of h:
 * rnn  weight [I + H, H], bias [H]: h = tanh([x, h] W + b)
 * gru  gates.weight [I + H, 2H] and gates.bias (reset r, update z), candidate.weight [I + H, H] and candidate.bias:
 *      n = tanh([x, r ⊙ h] V + c), h ← z ⊙ h + (1 − z) ⊙ n
 * lstm weight [I + H, 4H], bias [4H]: columns of the input gate i, forget gate f, candidate g, output gate o;
 *      c ← f ⊙ c + i ⊙ g, h = o ⊙ tanh(c). The forget gate starts open, with a bias of 1 (Jozefowicz et al. 2015).
 */
export const recurrentLayer: BuildLayer<RecurrentBlock> = ({ cell, hidden }, { channels }) => ({
  parameters: parametersOf(cell, channels, hidden),
  apply(streams, parameter) {
    const inTime = tf.transpose(streams.main, [1, 0, 2]) // [B, T, I] -> [T, B, I]
    return { ...streams, main: tf.transpose(recur(cell, inTime, parameter), [1, 0, 2]) } // [T, B, H] -> [B, T, H]
  },
  describe: describeRecurrent(cell, channels, hidden),
  incremental: stepRecurrent(cell, channels, hidden),
})

function recur(cell: RecurrentCell, x: tf.Tensor, parameter: ParameterOf): tf.Tensor {
  switch (cell) {
    case 'rnn':
      return elman(x, parameter('weight'), parameter('bias'))
    case 'gru':
      return gru(x, {
        gates: parameter('gates.weight'),
        gatesBias: parameter('gates.bias'),
        candidate: parameter('candidate.weight'),
        candidateBias: parameter('candidate.bias'),
      })
    case 'lstm':
      return lstm(x, parameter('weight'), parameter('bias'))
  }
}

function parametersOf(cell: RecurrentCell, inputs: number, hidden: number): LayerParameter[] {
  const product = (prefix: string, gates: number, bias: LayerParameter['init'] = { kind: 'zeros' }): LayerParameter[] => [
    { name: `${prefix}weight`, shape: [inputs + hidden, gates * hidden], init: { kind: 'uniform', limit: glorotLimit(inputs + hidden, hidden) } },
    { name: `${prefix}bias`, shape: [gates * hidden], init: bias },
  ]
  switch (cell) {
    case 'rnn':
      return product('', 1)
    case 'gru':
      return [...product('gates.', 2), ...product('candidate.', 1)]
    case 'lstm':
      return product('', 4, { kind: 'values', values: new Float32Array(4 * hidden).fill(1, hidden, 2 * hidden) })
  }
}
