import type { Domain } from '../../contract/domain'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { blockContext, walkBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import type { BlockContext } from '../../contract/inspect/blocks/stream'
import { conditionBlocks } from '../../contract/inspect/conditioned'
import { CONTEXT_LAYERS, coarseDomain, contextShapes, multiscale as description, multiscaleBlocks, multiscaleMisfit } from '../../contract/inspect/multiscale'
import type { MultiscaleConfig } from '../../contract/inspect/multiscale'
import { multiscaleOrdering } from '../../contract/inspect/scaleOrdering'
import { conditionalOf } from '../distributions/conditionalOf'
import { centred } from '../distributions/logisticMass'
import type { Layer, Streams } from '../layers/layer'
import { glorotLimit, heLimit } from '../layers/layer'
import { buildLayer } from '../layers/layers'
import { tf } from '../tensor/tf'
import { groupMarginalParameters } from './marginalBias'
import { groupMixtureStart } from './mixtureStart'
import type { Conditioning, DataStatistics, Family, Model, Parameters, ParameterSpec } from './model'
import { contextMap } from './multiscaleContext'
import type { ContextShape } from './multiscaleContext'
import { multiscaleKernelSampler, multiscaleSampler } from './multiscaleSampler'
import { parameterOf } from './parameterOf'

/**
 * Multi-scale PixelCNN (van den Oord, Kalchbrenner & Kavukcuoglu 2016, section 3.4): every s-th pixel of every s-th row is a small image with a
 * net of its own, p(small); the other pixels are predicted in raster order by a net over the whole image, whose gates are given the small
 * image, brought to size by convolutions and a transposed one: p(x) = p(small) ∏ p(x_j | x_<j, small). The small image's pixels are generated
 * first and predicted once, so the exact likelihood is the sum over both. Both nets are Gated PixelCNN's stacks.
 *
 * Weights: coarse.blocks.* and fine.blocks.* as in Gated PixelCNN, context.N.weight [3, 3, in, F], context.spread.weight [F, s·s·F] with biases.
 */
export const multiscale: Family<MultiscaleConfig> = { description, build }

/** A list of blocks over an image, without a likelihood of its own. */
export interface ScaleNet {
  layers: ReadonlyArray<{ name: string; layer: Layer }>
  context: BlockContext
}

interface NetOptions {
  blocks: readonly Block[]
  domain: Domain
  prefix: string
  parametersPerDimension: number
  outputBias: Float32Array | undefined
}

export function scaleNet({ blocks, domain, prefix, parametersPerDimension, outputBias }: NetOptions): ScaleNet {
  const context = { ...blockContext('image', domain), parametersPerDimension }
  const layers = walkBlocks(blocks, context).map(({ block, name, input }) => ({
    name: `${prefix}.${name}`,
    layer: buildLayer(block, input, { ...context, ...(outputBias ? { outputBias } : {}) }),
  }))
  return { layers, context }
}

/** x [B, D] -> [B, D, P] */
export function applyNet({ layers, context }: ScaleNet, parameters: Parameters, x: tf.Tensor, given: Pick<Streams, 'condition' | 'context'>): tf.Tensor {
  const { height, width, groups } = context.grid
  let streams: Streams = { main: tf.reshape(x, [-1, height, width, groups]), skip: null, ...given }
  for (const { name, layer } of layers) streams = layer.apply(streams, (parameter) => parameterOf(parameters, `${name}.${parameter}`))
  return tf.reshape(streams.main, [x.shape[0]!, x.shape[1]!, context.parametersPerDimension])
}

function build(config: MultiscaleConfig, domain: Domain, _seed: number, statistics?: DataStatistics): Model {
  const misfit = multiscaleMisfit(config, domain)
  if (misfit) throw new Error(`${misfit.field}: ${misfit.message}`)
  const { levels } = domain
  const channels = domain.shape[2] ?? 1
  const small = coarseDomain(config, domain)
  const distribution = conditionalOf(config.conditionals, config.components, levels)
  const outputBias =
    config.conditionals === 'logistics'
      ? groupMixtureStart(config.components, domain, channels, statistics)
      : groupMarginalParameters(domain, channels, statistics)
  const blocks = multiscaleBlocks(config, domain)
  const shared = { parametersPerDimension: distribution.parametersPerDimension, outputBias }
  const coarse = scaleNet({ blocks: blocks.coarse, domain: small, prefix: 'coarse', ...shared })
  const fine = scaleNet({ blocks: blocks.fine, domain, prefix: 'fine', ...shared })
  const ordering = multiscaleOrdering(domain.shape, config.factor)
  const [height = 1, width = 1] = small.shape
  const coarseDimensions = height * width * channels
  const context: ContextShape = { layers: CONTEXT_LAYERS, height, width, inputs: channels + 1, channels: config.contextChannels, factor: config.factor }
  const conditioning = conditioningOf(config, domain)
  const source = sourceOf(ordering, coarseDimensions)
  const scales = { coarse, fine, context, ordering, coarseDimensions, levels, channels, conditioning }

  const chosen = (x: tf.Tensor): tf.Tensor => tf.gather(x, tf.tensor1d(ordering.slice(0, coarseDimensions), 'int32'), 1) // [B, D] -> [B, Dc]
  /** Of the small image's dimensions [B, Dc, P] and of all of the whole one's [B, D, P], some of which are not used. */
  const both = (parameters: Parameters, x: tf.Tensor, condition?: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor] => {
    const xCoarse = chosen(x)
    const given = condition ? { condition } : {}
    const image = tf.reshape(centred(xCoarse, levels), [-1, height, width, channels])
    const withOnes = tf.concat([image, tf.onesLike(tf.slice(image, [0, 0, 0, 0], [-1, -1, -1, 1]))], 3) // [B, h, w, C + 1]
    const map = contextMap(withOnes, context, (name) => parameterOf(parameters, name)) // [B, H, W, F]
    return [applyNet(coarse, parameters, xCoarse, given), applyNet(fine, parameters, x, { ...given, context: map }), xCoarse]
  }
  /** Each dimension from the net that predicts it: [B, Dc, …], [B, D, …] -> [B, D, …] */
  const joined = (ofCoarse: tf.Tensor, ofFine: tf.Tensor): tf.Tensor => tf.gather(tf.concat([ofCoarse, ofFine], 1), tf.tensor1d(source, 'int32'), 1)

  return {
    parameters: [...specsOf(coarse), ...contextSpecs(config, channels), ...specsOf(fine)],
    distribution,
    ordering,
    ...(conditioning ? { conditioning } : {}),
    conditionals(parameters, x, condition) {
      const [ofCoarse, ofFine] = both(parameters, x, condition)
      return joined(ofCoarse, ofFine)
    },
    logProbPerDimension(parameters, x, condition) {
      const [ofCoarse, ofFine, xCoarse] = both(parameters, x, condition)
      return joined(distribution.logProb(ofCoarse, xCoarse), distribution.logProb(ofFine, x))
    },
    kernelSampler: (weights, batch, condition) => multiscaleKernelSampler({ ...scales, weights, batch, condition, distribution }),
    sampler: (weights, batch, condition) => multiscaleSampler({ ...scales, weights, batch, condition }),
  }
}

/** Where the numbers of each dimension lie behind each other: in those of the small image, or in those of the whole one after them. */
function sourceOf(ordering: Int32Array, coarseDimensions: number): Int32Array {
  const source = Int32Array.from(ordering, (_value, dimension) => coarseDimensions + dimension)
  for (let step = 0; step < coarseDimensions; step++) source[ordering[step]!] = step
  return source
}

export const specsOf = ({ layers }: ScaleNet): ParameterSpec[] =>
  layers.flatMap(({ name, layer }) => layer.parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })))

const contextSpecs = (config: MultiscaleConfig, channels: number): ParameterSpec[] =>
  contextShapes(config, channels).flatMap(({ name, shape }): ParameterSpec[] => {
    const outputs = shape.at(-1)!
    const inputs = shape.slice(0, -1).reduce((product, size) => product * size, 1)
    const limit = shape.length === 4 ? heLimit(inputs) : glorotLimit(inputs, inputs)
    return [
      { name: `${name}.weight`, shape, init: { kind: 'uniform', limit } },
      { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' } },
    ]
  })

function conditioningOf(config: MultiscaleConfig, domain: Domain): Conditioning | null {
  const [block] = conditionBlocks(config, domain)
  if (block?.kind !== 'condition-input') return null
  return block.of === 'class' ? { kind: 'class', classes: block.size } : { kind: 'vector', size: block.size }
}
