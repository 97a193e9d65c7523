import type { Domain } from '../../src-main/contract/domain'
import type { Block } from '../../src-main/contract/inspect/blocks/blocks'
import { gateGroups } from '../../src-main/contract/inspect/blocks/gatedPixel'
import { blockContext, walkBlocks } from '../../src-main/contract/inspect/blocks/inspectBlocks'
import type { BlockInSequence } from '../../src-main/contract/inspect/blocks/inspectBlocks'
import type { BlockContext } from '../../src-main/contract/inspect/blocks/stream'
import { gateGroups as lstmGateGroups } from '../../src-main/contract/inspect/blocks/recurrentMaps'
import { SPATIAL_GATES } from '../../src-main/contract/inspect/blocks/spatialLstm'
import { groupsOfChannels } from '../../src-main/contract/inspect/blocks/stream'
import { horizontalKernelMask } from '../../src-main/ml/layers/gatedKernels'
import { causalKernelMask } from '../../src-main/ml/layers/maskedKernel'
import type { StoredTensor } from '../../src-main/storage/safetensors'

/** The masks of an image model's kernels, as the layers apply them, named 'mask.blocks.1.weight'; kernels without one are left out. */
export function blockMasks(blocks: readonly Block[], domain: Domain): Map<string, StoredTensor> {
  const context = blockContext('image', domain)
  const masks = new Map<string, StoredTensor>()
  for (const walked of walkBlocks(blocks, context)) {
    for (const [parameter, mask] of Object.entries(masksOf(walked, context))) {
      if (mask) masks.set(`mask.${walked.name}.${parameter}`, { shape: mask.shape, data: mask.values })
    }
  }
  return masks
}

type Mask = { shape: number[]; values: Float32Array } | null

function masksOf({ block, input, report }: BlockInSequence, { grid, parametersPerDimension }: BlockContext): Record<string, Mask> {
  const { groupOf } = input
  switch (block.kind) {
    case 'masked-conv':
      return { weight: causalKernelMask(block.mask, block.kernel, groupOf, report.output.groupOf) }
    case 'masked-residual': {
      const narrow = groupsOfChannels(block.bottleneck, grid.groups)
      return {
        'reduce.weight': causalKernelMask('B', 1, groupOf, narrow),
        'spread.weight': causalKernelMask('B', block.kernel, narrow, narrow),
        'expand.weight': causalKernelMask('B', 1, narrow, groupOf),
      }
    }
    case 'spatial-lstm':
      return { 'input.weight': causalKernelMask(block.mask, block.kernel, groupOf, lstmGateGroups(block.hidden, SPATIAL_GATES, grid.groups)) }
    case 'image-head':
      return { weight: causalKernelMask('B', 1, groupOf, groupsOfChannels(grid.groups * parametersPerDimension, grid.groups)) }
    case 'gated-input':
    case 'gated-layer': {
      const out = report.output.groupOf
      const mask = block.kind === 'gated-input' ? 'A' : 'B'
      return { 'horizontal.weight': horizontalKernelMask(mask, block.kernel, groupOf, gateGroups(out)), 'output.weight': causalKernelMask('B', 1, out, out) }
    }
    default:
      return {}
  }
}
