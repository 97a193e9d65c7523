import { gateGroups } from '../../contract/inspect/blocks/recurrentMaps'
import type { RowLstmBlock } from '../../contract/inspect/blocks/rowLstm'
import { causalTaps } from '../tensor/causalTaps'
import { linear } from '../tensor/linear'
import { tf } from '../tensor/tf'
import { rowWavefront, wavefrontLstm } from '../tensor/wavefront'
import type { BuildLayer } from './layer'
import { addUpsampled, groupMask, inputParameters, maskedMatrix, stateParameter, unitGroups, upsampling } from './recurrentMaps'
import { describeRowLstm, stepRowLstm } from './rowLstmSteps'

/**
 * input.weight [⌊k/2⌋ + 1, C, 4H] (columns from left to the centre) and input.bias [4H], state.weight [k, H, 4H], up.weight [H, C] and
 * up.bias [C]; columns of the gates i, f, o, g:
 *   [i, f, o, g] = K_input ⊛ x_row + K_state ⊛ h_(row above),  c = σ(f) ⊙ c_above + σ(i) ⊙ tanh(g),  h = σ(o) ⊙ tanh(c),  y = x + up(h)
 */
export const rowLstmLayer: BuildLayer<RowLstmBlock> = ({ hidden, kernel }, input, { grid }) => {
  const half = Math.floor(kernel / 2)
  const { channels, groupOf } = input
  const { height, width, groups } = grid
  const inputMask = groupMask(groupOf, gateGroups(hidden, 4, groups), half + 1)
  const upMask = groupMask(unitGroups(hidden, grid), groupOf)
  const wavefront = rowWavefront(height, width, kernel)
  const lags = Array.from({ length: half }, (_value, index) => half - index)
  return {
    parameters: [
      ...inputParameters('', [half + 1, channels, 4 * hidden], hidden),
      stateParameter('', kernel, hidden, 4),
      ...upsampling(hidden, channels),
    ],
    apply(streams, parameter) {
      const { main } = streams
      const batch = main.shape[0]!
      const rows = tf.reshape(main, [batch * height, width, channels])
      const seen = half > 0 ? causalTaps(rows, lags) : rows // [B·H, W, C] -> [B·H, W, (⌊k/2⌋ + 1)·C]
      const positions = tf.transpose(tf.reshape(seen, [batch, height * width, (half + 1) * channels]), [1, 0, 2]) // [P, B, …]
      const drive = linear(positions, maskedMatrix(parameter('input.weight'), inputMask), parameter('input.bias')) // [P, B, 4H]
      const stateWeight = tf.reshape(parameter('state.weight'), [kernel * hidden, 4 * hidden])
      const h = wavefrontLstm(drive, stateWeight, wavefront, { carried: [half], output: 'gated' }) // [P, B, H]
      return { ...streams, main: addUpsampled(main, h, parameter('up.weight'), parameter('up.bias'), upMask, grid) }
    },
    describe: describeRowLstm({ hidden, kernel, channels, groupOf, grid, inputMask, upMask }),
    incremental: stepRowLstm({ hidden, kernel, channels, groupOf, grid, inputMask, upMask }),
  }
}
