import type { MaskedResidualBlock } from '../../contract/inspect/blocks/maskedResidual'
import { rowsOfMaskedKernel } from '../../contract/inspect/blocks/masks'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
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
      { name: 'spread.weight', shape: [rowsOfMaskedKernel(kernel), kernel, bottleneck, bottleneck], init: { kind: 'uniform', limit: heLimit(fanIn(kernel, narrow)) } },
      { name: 'spread.bias', shape: [bottleneck], init: { kind: 'zeros' } },
      // Half of the usual size, so that the sum over blocks does not grow with their number.
      { name: 'expand.weight', shape: [1, 1, bottleneck, channels], init: { kind: 'uniform', limit: heLimit(bottleneck) / 2 } },
      { name: 'expand.bias', shape: [channels], init: { kind: 'zeros' } },
    ],
    apply({ main, skip }, parameter) {
      const reduced = reduce(relu(main), parameter('reduce.weight'), parameter('reduce.bias')) // [B, H, W, C] -> [B, H, W, N]
      const seen = spread(relu(reduced), parameter('spread.weight'), parameter('spread.bias')) // [B, H, W, N]
      const expanded = expand(relu(seen), parameter('expand.weight'), parameter('expand.bias')) // [B, H, W, N] -> [B, H, W, C]
      return { main: tf.add(main, expanded), skip }
    },
  }
}
