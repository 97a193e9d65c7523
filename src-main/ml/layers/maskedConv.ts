import type { MaskedConvBlock } from '../../contract/inspect/blocks/maskedConv'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import type { BuildLayer } from './layer'
import { heLimit } from './layer'
import { fanIn, maskedConvolution } from './maskedKernel'

/** weight [⌊k/2⌋ + 1, k, in, out], bias [out] */
export const maskedConvLayer: BuildLayer<MaskedConvBlock> = (block, input, { grid }) => {
  const groupOf = groupsOfChannels(block.channels, grid.groups)
  const convolve = maskedConvolution(block.mask, block.kernel, input.groupOf, groupOf)
  return {
    parameters: [
      { name: 'weight', shape: [rowsOfMaskedKernel(block.kernel), block.kernel, input.channels, block.channels], init: { kind: 'uniform', limit: heLimit(fanIn(block.kernel, input.groupOf)) } },
      { name: 'bias', shape: [block.channels], init: { kind: 'zeros' } },
    ],
    apply: ({ main, skip }, parameter) => ({ main: convolve(block.relu ? relu(main) : main, parameter('weight'), parameter('bias')), skip }),
  }
}
