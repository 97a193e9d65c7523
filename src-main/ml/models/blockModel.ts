import type { Domain } from '../../contract/domain'
import { isSeries } from '../../contract/domain'
import { orderingOf } from '../../contract/inspect/orderings'
import type { Block } from '../../contract/inspect/blocks/blocks'
import type { BlockLayout } from '../../contract/inspect/blocks/inspectBlocks'
import { blockContext, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import { trainingContextOf } from '../../contract/inspect/blocks/trainingContext'
import { discretizedLogisticMixture } from '../distributions/discretizedLogisticMixture'
import { distributionFor } from '../distributions/distributionFor'
import { sequenceMixture } from '../distributions/sequenceMixture'
import type { Streams } from '../layers/layer'
import { buildLayer } from '../layers/layers'
import { orderingMaps } from '../orderings/apply'
import { tf } from '../tensor/tf'
import { blockPlan } from './blockPlan'
import { blockSampler } from './blockSampler'
import { groupMarginalParameters } from './marginalBias'
import { groupMixtureStart } from './mixtureStart'
import type { Conditioning, DataStatistics, Model, Parameters } from './model'
import { parameterOf } from './parameterOf'

/**
 * The model that a list of blocks stands for. Weights are named by block: 'blocks.3.spread.weight'.
 * Image layout: conditionals of a pixel's channels in turn; sequence layout: any number of time steps, or the dimensions in any ordering.
 */
export function buildBlockModel(
  layout: BlockLayout,
  blocks: readonly Block[],
  domain: Domain,
  statistics?: DataStatistics,
  ordering: Int32Array = orderingOf('raster', domain.shape),
): Model {
  const components = mixtureOf(blocks)
  const mixture = layout === 'image' ? discretizedLogisticMixture : sequenceMixture
  const distribution = components ? mixture(domain.levels, components) : distributionFor(domain)
  const context = { ...blockContext(layout, domain), parametersPerDimension: distribution.parametersPerDimension }
  const outputBias = components
    ? groupMixtureStart(components, domain, context.grid.groups, statistics)
    : groupMarginalParameters(domain, context.grid.groups, statistics)
  const walked = walkBlocks(blocks, context)
  const layers = walked.map(({ block, name, input }) => ({
    name,
    layer: buildLayer(block, input, { ...context, ...(outputBias ? { outputBias } : {}) }),
  }))
  const { height, width, groups } = context.grid
  const timeSeries = isSeries(domain)
  const trainingContext = trainingContextOf(blocks, domain)
  const conditioning = conditioningOf(blocks, domain)
  const { toSteps, toRaster } = orderingMaps(ordering)
  const forward = (parameters: Parameters, x: tf.Tensor, given: Pick<Streams, 'condition' | 'noise'>): tf.Tensor => {
    const main = layout === 'image' ? tf.reshape(x, [-1, height, width, groups]) : timeSeries ? x : toSteps(x, 1)
    let streams: Streams = { main, skip: null, ...given }
    for (const { name, layer } of layers) streams = layer.apply(streams, (parameter) => parameterOf(parameters, `${name}.${parameter}`))
    // [B, H, W, C·P] or [B, T, P] -> [B, D, P]
    const conditionals = tf.reshape(streams.main, [x.shape[0]!, x.shape[1]!, distribution.parametersPerDimension])
    return layout === 'image' || timeSeries ? conditionals : toRaster(conditionals, 1)
  }
  const drops = blocks.some((block) => 'dropout' in block && block.dropout > 0)
  return {
    ...(conditioning ? { conditioning } : {}),
    ...(drops
      ? {
          trainingNll: (parameters, x, noise, condition) =>
            tf.neg(distribution.logProb(forward(parameters, x, { noise, ...(condition ? { condition } : {}) }), x)),
        }
      : {}),
    parameters: layers.flatMap(({ name, layer }) =>
      layer.parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })),
    ),
    distribution,
    ordering: timeSeries ? null : ordering,
    ...(trainingContext === null ? {} : { trainingContext }),
    conditionals: (parameters, x, condition) => forward(parameters, x, condition ? { condition } : {}),
    samplingPlan: (weights, steps) => blockPlan({ layout, layers, context, distribution, conditioning, weights, steps }),
    sampler: (weights, batch, condition) =>
      blockSampler({ layout, layers, context, weights, batch, inputs: conditioning ? { condition: asVectors(conditioning, condition, batch) } : {} }),
  }
}

/** Components of the mixture that the output stands for; null: the distribution follows from the levels. */
function mixtureOf(blocks: readonly Block[]): number | null {
  const head = blocks.at(-1)
  return head && 'components' in head ? (head.components ?? null) : null
}

function conditioningOf(blocks: readonly Block[], { features }: Domain): Conditioning | null {
  for (const block of blocks) {
    if (block.kind !== 'condition-input') continue
    if (block.of === 'class') return { kind: 'class', classes: block.size }
    if (block.of === 'vector' || !features) return { kind: 'vector', size: block.size }
    return { ...features, kind: 'features', upsampling: block.upsampling ?? 'repeat' }
  }
  return null
}

/** Conditions as the gates take them, [batch × S]: classes one-hot; frames of features [batch × F × S]. */
function asVectors(conditioning: Conditioning, condition: Float32Array | undefined, batch: number): Float32Array {
  if (!condition) throw new Error(`The model is conditioned on a ${conditioning.kind}, but none was given.`)
  if (conditioning.kind !== 'class') return condition
  const vectors = new Float32Array(batch * conditioning.classes)
  for (let sample = 0; sample < batch; sample++) vectors[sample * conditioning.classes + condition[sample]!] = 1
  return vectors
}
