import type { ImageHeadBlock } from '../../contract/inspect/blocks/imageHead'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import type { BuildLayer } from './layer'
import { glorotLimit } from './layer'
import { maskedConvolution } from './maskedKernel'

/** weight [1, 1, in, G·P], bias [G·P]: the P parameters of channel g lie at g·P … g·P + P − 1. */
export const imageHeadLayer: BuildLayer<ImageHeadBlock> = (_block, input, { grid, parametersPerDimension, outputBias }) => {
  const outputs = grid.groups * parametersPerDimension
  const convolve = maskedConvolution('B', 1, input.groupOf, groupsOfChannels(outputs, grid.groups))
  return {
    parameters: [
      { name: 'weight', shape: [1, 1, input.channels, outputs], init: { kind: 'uniform', limit: glorotLimit(input.channels, outputs) } },
      { name: 'bias', shape: [outputs], init: outputBias ? { kind: 'values', values: outputBias } : { kind: 'zeros' } },
    ],
    apply: ({ main, skip }, parameter) => ({ main: convolve(relu(main), parameter('weight'), parameter('bias')), skip }),
  }
}
