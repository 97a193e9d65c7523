import type { MaskedResidualBlock } from '../../contract/inspect/blocks/maskedResidual'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
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
