import type { ImageHeadBlock } from '../../contract/inspect/blocks/imageHead'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import { columnsOf, part } from '../kernels/planBuilder'
import { byGroup } from './described'
import { accumulate, rectify } from './incremental'
import { maskedKernelValues } from './incrementalConvolution'
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
    apply: (streams, parameter) => ({ ...streams, main: convolve(relu(streams.main), parameter('weight'), parameter('bias')) }),
    describe(context, { main, ...streams }) {
      const { plan, weight } = context
      const groupOf = groupsOfChannels(outputs, grid.groups)
      const masked = maskedKernelValues('B', 1, input.groupOf, groupOf, weight('weight'))
      const rectified = plan.vector(input.channels)
      const output = plan.vector(outputs)
      for (const { phase, from, size } of byGroup(context, groupOf)) {
        phase.activate('relu', main, rectified)
        phase.dense({
          from: rectified,
          to: part(output, from, size),
          weight: columnsOf(masked, outputs, from, size),
          bias: weight('bias').subarray(from, from + size),
        })
      }
      return { ...streams, main: output }
    },
    incremental(weight) {
      const masked = maskedKernelValues('B', 1, input.groupOf, groupsOfChannels(outputs, grid.groups), weight('weight'))
      const bias = weight('bias')
      const rectified = new Float32Array(input.channels)
      return {
        outputs,
        compute(_sample, _position, features, output) {
          rectify(features, input.channels, rectified)
          output.set(bias)
          accumulate(output, outputs, rectified, 0, input.channels, masked, 0)
        },
      }
    },
  }
}
