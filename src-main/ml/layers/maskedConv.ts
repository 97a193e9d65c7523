import type { MaskedConvBlock } from '../../contract/inspect/blocks/maskedConv'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import { columnsOf, part } from '../kernels/planBuilder'
import { byGroup } from './described'
import type { BuildLayer } from './layer'
import { rectify } from './incremental'
import { maskedKernelValues, pixelConvolution } from './incrementalConvolution'
import { heLimit } from './layer'
import { fanIn, maskedConvolution } from './maskedKernel'

/** weight [⌊k/2⌋ + 1, k, in, out], bias [out] */
export const maskedConvLayer: BuildLayer<MaskedConvBlock> = (block, input, { grid }) => {
  const groupOf = groupsOfChannels(block.channels, grid.groups)
  const convolve = maskedConvolution(block.mask, block.kernel, input.groupOf, groupOf)
  return {
    parameters: [
      {
        name: 'weight',
        shape: [rowsOfMaskedKernel(block.kernel), block.kernel, input.channels, block.channels],
        init: { kind: 'uniform', limit: heLimit(fanIn(block.kernel, input.groupOf)) },
      },
      { name: 'bias', shape: [block.channels], init: { kind: 'zeros' } },
    ],
    apply: (streams, parameter) => ({
      ...streams,
      main: convolve(block.relu ? relu(streams.main) : streams.main, parameter('weight'), parameter('bias')),
    }),
    describe(context, { main, ...streams }) {
      const { channels: outputs, mask, kernel } = block
      const { plan, weight } = context
      const half = Math.floor(kernel / 2)
      const masked = maskedKernelValues(mask, kernel, input.groupOf, groupOf, weight('weight'))
      const map = plan.map(input.channels, { above: half, left: half, right: half })
      const rectified = block.relu ? plan.vector(input.channels) : main
      const output = plan.vector(outputs)
      for (const { phase, from, size } of byGroup(context, groupOf)) {
        if (block.relu) phase.activate('relu', main, rectified)
        phase.store(rectified, { map, row: 0, column: 0 })
        phase.convolve({
          ...{ map, rows: half + 1, columns: kernel, top: -half, left: -half },
          to: part(output, from, size),
          weight: columnsOf(masked, outputs, from, size),
          bias: weight('bias').subarray(from, from + size),
        })
      }
      // What reads the data itself must keep the pixel with the value just drawn.
      const last = plan.phases.at(-1)!.afterDraw
      if (input.sees === 'data') {
        if (block.relu) last.activate('relu', main, rectified)
        last.store(rectified, { map, row: 0, column: 0 })
      }
      return { ...streams, main: output }
    },
    incremental(weight, batch) {
      const { channels: outputs, mask, kernel } = block
      const convolution = pixelConvolution({
        mask,
        kernel,
        from: input.groupOf,
        to: groupOf,
        weight: weight('weight'),
        bias: weight('bias'),
        grid,
        batch,
      })
      const rectified = new Float32Array(input.channels)
      const store = (sample: number, position: number, features: Float32Array): void => {
        if (!block.relu) return convolution.store(sample, position, features)
        rectify(features, input.channels, rectified)
        convolution.store(sample, position, rectified)
      }
      return {
        outputs,
        store,
        compute: (sample, position, _features, output) => convolution.compute(sample, position, output),
      }
    },
  }
}
