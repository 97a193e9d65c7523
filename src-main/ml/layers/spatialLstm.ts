import { gateGroups } from '../../contract/inspect/blocks/recurrentMaps'
import type { SpatialLstmBlock } from '../../contract/inspect/blocks/spatialLstm'
import { SPATIAL_GATES } from '../../contract/inspect/blocks/spatialLstm'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { tf } from '../tensor/tf'
import { diagonalWavefront, wavefrontLstm } from '../tensor/wavefront'
import { inOrder, toRaster } from '../tensor/wavefrontLayout'
import type { BuildLayer } from './layer'
import { glorotLimit } from './layer'
import { fanIn, maskedConvolution } from './maskedKernel'
import { asMap, asPositions, stateParameter } from './recurrentMaps'
import { describeSpatialLstm, stepSpatial } from './spatialLstmSteps'

/**
 * input.weight [⌊k/2⌋ + 1, k, C, 5H] and input.bias [5H], state.weight [2, H, 5H] (of the pixel to the left, then of the one above); columns of
 * the gates i, f_left, f_above, o, g:
 *   [i, f_l, f_a, o, g] = K ⊛ x_(neighbourhood) + U h_left + V h_above
 *   c = σ(i) ⊙ tanh(g) + σ(f_l) ⊙ c_left + σ(f_a) ⊙ c_above,  h = tanh(c ⊙ σ(o))
 */
export const spatialLstmLayer: BuildLayer<SpatialLstmBlock> = ({ hidden, mask, kernel }, input, { grid }) => {
  const columns = SPATIAL_GATES * hidden
  const gates = gateGroups(hidden, SPATIAL_GATES, grid.groups)
  const convolve = maskedConvolution(mask, kernel, input.groupOf, gates)
  const wavefront = diagonalWavefront(grid.height, grid.width)
  const sizes = { hidden, mask, kernel, input, gates, grid }
  return {
    parameters: [
      {
        name: 'input.weight',
        shape: [rowsOfMaskedKernel(kernel), kernel, input.channels, columns],
        init: { kind: 'uniform', limit: glorotLimit(fanIn(kernel, input.groupOf), hidden) },
      },
      { name: 'input.bias', shape: [columns], init: { kind: 'zeros' } },
      stateParameter('', 2, hidden, SPATIAL_GATES),
    ],
    apply(streams, parameter) {
      const drive = asPositions(convolve(streams.main, parameter('input.weight'), parameter('input.bias'))) // [B, H, W, C] -> [P, B, 5H]
      const stateWeight = tf.reshape(parameter('state.weight'), [2 * hidden, columns])
      const h = wavefrontLstm(inOrder(drive, wavefront.order), stateWeight, wavefront, { carried: [0, 1], output: 'squashed' }) // [P, B, H]
      return { ...streams, main: asMap(toRaster(h, wavefront.order), grid) }
    },
    describe: describeSpatialLstm(sizes),
    incremental: stepSpatial(sizes),
  }
}
