import type { MaskedResidualBlock } from '../../contract/inspect/blocks/maskedResidual'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { columnsOf, part } from '../kernels/planBuilder'
import { byGroup } from './described'
import { accumulate, rectify } from './incremental'
import { maskedKernelValues, pixelConvolution } from './incrementalConvolution'
import type { BuildLayer } from './layer'
import { heLimit } from './layer'
import { fanIn, maskedConvolution } from './maskedKernel'

/** reduce [1, 1, C, N], spread [⌊k/2⌋ + 1, k, N, N], expand [1, 1, N, C], each with its bias; N = bottleneck. */
export const maskedResidualLayer: BuildLayer<MaskedResidualBlock> = ({ kernel, bottleneck }, input, { grid }) => {
  const narrow = groupsOfChannels(bottleneck, grid.groups)
  const reduce = maskedConvolution('B', 1, input.groupOf, narrow)
  const spread = maskedConvolution('B', kernel, narrow, narrow)
  const expand = maskedConvolution('B', 1, narrow, input.groupOf)
  const { channels } = input
  return {
    parameters: [
      { name: 'reduce.weight', shape: [1, 1, channels, bottleneck], init: { kind: 'uniform', limit: heLimit(channels) } },
      { name: 'reduce.bias', shape: [bottleneck], init: { kind: 'zeros' } },
      {
        name: 'spread.weight',
        shape: [rowsOfMaskedKernel(kernel), kernel, bottleneck, bottleneck],
        init: { kind: 'uniform', limit: heLimit(fanIn(kernel, narrow)) },
      },
      { name: 'spread.bias', shape: [bottleneck], init: { kind: 'zeros' } },
      // Half of the usual size, so that the sum over blocks does not grow with their number.
      { name: 'expand.weight', shape: [1, 1, bottleneck, channels], init: { kind: 'uniform', limit: heLimit(bottleneck) / 2 } },
      { name: 'expand.bias', shape: [channels], init: { kind: 'zeros' } },
    ],
    apply(streams, parameter) {
      const { main } = streams
      const reduced = reduce(relu(main), parameter('reduce.weight'), parameter('reduce.bias')) // [B, H, W, C] -> [B, H, W, N]
      const seen = spread(relu(reduced), parameter('spread.weight'), parameter('spread.bias')) // [B, H, W, N]
      const expanded = expand(relu(seen), parameter('expand.weight'), parameter('expand.bias')) // [B, H, W, N] -> [B, H, W, C]
      return { ...streams, main: tf.add(main, expanded) }
    },
    describe(context, { main, ...streams }) {
      const { plan, weight } = context
      const half = Math.floor(kernel / 2)
      const first = maskedKernelValues('B', 1, input.groupOf, narrow, weight('reduce.weight'))
      const middle = maskedKernelValues('B', kernel, narrow, narrow, weight('spread.weight'))
      const last = maskedKernelValues('B', 1, narrow, input.groupOf, weight('expand.weight'))
      const [rectified, reduced, seen] = [plan.vector(channels), plan.vector(bottleneck), plan.vector(bottleneck)]
      const map = plan.map(bottleneck, { above: half, left: half, right: half })
      const wide = byGroup(context, input.groupOf)
      byGroup(context, narrow).forEach(({ phase, from, size }, group) => {
        const outputs = wide[group]!
        phase.activate('relu', part(main, outputs.from, outputs.size), part(rectified, outputs.from, outputs.size))
        phase.dense({
          from: rectified,
          to: part(reduced, from, size),
          weight: columnsOf(first, bottleneck, from, size),
          bias: weight('reduce.bias').subarray(from, from + size),
          activation: 'relu',
        })
        phase.store(part(reduced, from, size), { map, row: 0, column: 0, channel: from })
        phase.convolve({
          ...{ map, rows: half + 1, columns: kernel, top: -half, left: -half },
          to: part(seen, from, size),
          weight: columnsOf(middle, bottleneck, from, size),
          bias: weight('spread.bias').subarray(from, from + size),
          activation: 'relu',
        })
        phase.dense({
          from: seen,
          to: part(main, outputs.from, outputs.size),
          weight: columnsOf(last, channels, outputs.from, outputs.size),
          bias: weight('expand.bias').subarray(outputs.from, outputs.from + outputs.size),
          plus: true,
        })
      })
      return { ...streams, main }
    },
    incremental(weight, batch) {
      const first = maskedKernelValues('B', 1, input.groupOf, narrow, weight('reduce.weight'))
      const firstBias = weight('reduce.bias')
      const last = maskedKernelValues('B', 1, narrow, input.groupOf, weight('expand.weight'))
      const lastBias = weight('expand.bias')
      const middle = pixelConvolution({
        mask: 'B',
        kernel,
        from: narrow,
        to: narrow,
        weight: weight('spread.weight'),
        bias: weight('spread.bias'),
        grid,
        batch,
      })
      const rectified = new Float32Array(channels)
      const reduced = new Float32Array(bottleneck)
      const seen = new Float32Array(bottleneck)
      return {
        outputs: channels,
        store(sample, position, features) {
          rectify(features, channels, rectified)
          reduced.set(firstBias)
          accumulate(reduced, bottleneck, rectified, 0, channels, first, 0)
          rectify(reduced, bottleneck, reduced)
          middle.store(sample, position, reduced)
        },
        compute(sample, position, features, output) {
          middle.compute(sample, position, seen)
          rectify(seen, bottleneck, seen)
          for (let channel = 0; channel < channels; channel++) output[channel] = features[channel]! + lastBias[channel]!
          accumulate(output, channels, seen, 0, bottleneck, last, 0)
        },
      }
    },
  }
}
