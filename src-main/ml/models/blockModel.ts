import type { Domain } from '../../contract/domain'
import { orderingOf } from '../../contract/inspect/orderings'
import type { Block } from '../../contract/inspect/blocks/blocks'
import type { BlockLayout } from '../../contract/inspect/blocks/inspectBlocks'
import { blockContext, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import { distributionFor } from '../distributions/distributionFor'
import type { Streams } from '../layers/layer'
import { buildLayer } from '../layers/layers'
import { tf } from '../tensor/tf'
import { blockSampler } from './blockSampler'
import { groupMarginalParameters } from './marginalBias'
import type { DataStatistics, Model } from './model'
import { parameterOf } from './parameterOf'

/**
 * The model that a list of blocks stands for. Weights are named by block: 'blocks.3.spread.weight'.
 * Image layout: conditionals of a pixel's channels in turn; sequence layout: any number of time steps.
 */
export function buildBlockModel(layout: BlockLayout, blocks: readonly Block[], domain: Domain, statistics?: DataStatistics): Model {
  const context = blockContext(layout, domain)
  const outputBias = groupMarginalParameters(domain, context.grid.groups, statistics)
  const walked = walkBlocks(blocks, context)
  const layers = walked.map(({ block, name, input }) => ({
    name,
    layer: buildLayer(block, input, { ...context, ...(outputBias ? { outputBias } : {}) }),
  }))
  const { height, width, groups } = context.grid
  const distribution = distributionFor(domain)
  const timeSeries = domain.kind === 'audio' || domain.variableLength
  return {
    parameters: layers.flatMap(({ name, layer }) =>
      layer.parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })),
    ),
    distribution,
    ordering: timeSeries ? null : orderingOf('raster', domain.shape),
    conditionals(parameters, x) {
      let streams: Streams = { main: layout === 'image' ? tf.reshape(x, [-1, height, width, groups]) : x, skip: null }
      for (const { name, layer } of layers) streams = layer.apply(streams, (parameter) => parameterOf(parameters, `${name}.${parameter}`))
      // [B, H, W, C·P] or [B, T, P] -> [B, D, P]
      return tf.reshape(streams.main, [x.shape[0]!, x.shape[1]!, distribution.parametersPerDimension])
    },
    sampler: (weights, batch) => blockSampler({ layout, layers, context, weights, batch }),
  }
}
