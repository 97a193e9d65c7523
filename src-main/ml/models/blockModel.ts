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
import type { Conditioning, DataStatistics, Model } from './model'
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
  const conditioning = conditioningOf(blocks)
  return {
    ...(conditioning ? { conditioning } : {}),
    parameters: layers.flatMap(({ name, layer }) =>
      layer.parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })),
    ),
    distribution,
    ordering: timeSeries ? null : orderingOf('raster', domain.shape),
    conditionals(parameters, x, condition) {
      let streams: Streams = {
        main: layout === 'image' ? tf.reshape(x, [-1, height, width, groups]) : x,
        skip: null,
        ...(condition ? { condition } : {}),
      }
      for (const { name, layer } of layers) streams = layer.apply(streams, (parameter) => parameterOf(parameters, `${name}.${parameter}`))
      // [B, H, W, C·P] or [B, T, P] -> [B, D, P]
      return tf.reshape(streams.main, [x.shape[0]!, x.shape[1]!, distribution.parametersPerDimension])
    },
    sampler: (weights, batch, condition) =>
      blockSampler({ layout, layers, context, weights, batch, inputs: conditioning ? { condition: asVectors(conditioning, condition, batch) } : {} }),
  }
}

function conditioningOf(blocks: readonly Block[]): Conditioning | null {
  for (const block of blocks) {
    if (block.kind === 'condition-input') return block.of === 'class' ? { kind: 'class', classes: block.size } : { kind: 'vector', size: block.size }
  }
  return null
}

/** Conditions as the gates take them, [batch × S]: classes one-hot. */
function asVectors(conditioning: Conditioning, condition: Float32Array | undefined, batch: number): Float32Array {
  if (!condition) throw new Error(`The model is conditioned on a ${conditioning.kind}, but none was given.`)
  if (conditioning.kind === 'vector') return condition
  const vectors = new Float32Array(batch * conditioning.classes)
  for (let sample = 0; sample < batch; sample++) vectors[sample * conditioning.classes + condition[sample]!] = 1
  return vectors
}
