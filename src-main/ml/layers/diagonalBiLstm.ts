import type { DiagonalBiLstmBlock } from '../../contract/inspect/blocks/diagonalBiLstm'
import { gateGroups } from '../../contract/inspect/blocks/recurrentMaps'
import { linear } from '../tensor/linear'
import { tf } from '../tensor/tf'
import { diagonalWavefront, wavefrontLstm } from '../tensor/wavefront'
import { downOneRow, inOrder, toRaster } from '../tensor/wavefrontLayout'
import { describeDiagonalBiLstm, stepDiagonalBiLstm } from './diagonalBiLstmSteps'
import type { BuildLayer, ParameterOf } from './layer'
import { addUpsampled, asPositions, groupMask, inputParameters, maskedMatrix, stateParameter, unitGroups, upsampling } from './recurrentMaps'

/**
 * For each direction, left and right: input.weight [C, 4H] and input.bias [4H], state.weight [2, H, 4H] (of the pixel beside, then of the one
 * above); up.weight [H, C] and up.bias [C]. Columns of the gates i, f, o, g:
 *   [i, f, o, g] = W x + U h_beside + V h_above,  c = σ(f) ⊙ c_beside + σ(i) ⊙ tanh(g),  h = σ(o) ⊙ tanh(c)
 *   y = x + up(h_left + h_right moved down by one row)
 */
export const diagonalBiLstmLayer: BuildLayer<DiagonalBiLstmBlock> = ({ hidden }, input, { grid }) => {
  const { channels, groupOf } = input
  const { height, width, groups } = grid
  const inputMask = groupMask(groupOf, gateGroups(hidden, 4, groups))
  const upMask = groupMask(unitGroups(hidden, grid), groupOf)
  const [leftward, rightward] = [diagonalWavefront(height, width), diagonalWavefront(height, width, true)]
  const scan = (x: tf.Tensor, wavefront: typeof leftward, parameter: ParameterOf, direction: 'left' | 'right'): tf.Tensor => {
    const weight = maskedMatrix(parameter(`${direction}.input.weight`), inputMask)
    const drive = linear(inOrder(x, wavefront.order), weight, parameter(`${direction}.input.bias`)) // [P, B, C] -> [P, B, 4H]
    const stateWeight = tf.reshape(parameter(`${direction}.state.weight`), [2 * hidden, 4 * hidden])
    return toRaster(wavefrontLstm(drive, stateWeight, wavefront, { carried: [0], output: 'gated' }), wavefront.order) // [P, B, H]
  }
  const sizes = { hidden, channels, groupOf, grid, inputMask, upMask }
  return {
    parameters: [
      ...(['left.', 'right.'] as const).flatMap((prefix) => [
        ...inputParameters(prefix, [channels, 4 * hidden], hidden),
        stateParameter(prefix, 2, hidden, 4),
      ]),
      ...upsampling(hidden, channels),
    ],
    apply(streams, parameter) {
      const { main } = streams
      const x = asPositions(main) // [B, H, W, C] -> [P, B, C]
      const left = scan(x, leftward, parameter, 'left')
      const right = downOneRow(scan(x, rightward, parameter, 'right'), width)
      return { ...streams, main: addUpsampled(main, tf.add(left, right), parameter('up.weight'), parameter('up.bias'), upMask, grid) }
    },
    describe: describeDiagonalBiLstm(sizes),
    incremental: stepDiagonalBiLstm(sizes),
  }
}
