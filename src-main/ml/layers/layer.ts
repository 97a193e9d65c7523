import type { Block } from '../../contract/inspect/blocks/blocks'
import type { BlockContext, Stream } from '../../contract/inspect/blocks/stream'
import type { DescribeLayer } from './described'
import type { BuildIncremental } from './incremental'
import type { InitializedParameter } from '../tensor/initialize'
import type { tf } from '../tensor/tf'

export interface LayerParameter {
  name: string
  shape: number[]
  init: InitializedParameter['init']
}

/** Random tensors for dropout (the same shape as ml/models' Noise). */
export interface LayerNoise {
  uniform(shape: number[]): tf.Tensor
}

/** The tensors between layers. main: images [B, H, W, C], sequences [B, T, C]; skip: the sum of side outputs so far. */
export interface Streams {
  main: tf.Tensor
  skip: tf.Tensor | null
  /** The vertical stack of a gated net [B, H, W, C]; main is then the horizontal one. */
  vertical?: tf.Tensor
  /** The image as the input layer gave it, [B, H, W, C + 1]. */
  image?: tf.Tensor
  /** What the model is conditioned on, [B, S]: one-hot for classes; frames of features [B, F, S]. */
  condition?: tf.Tensor
  /** Features that every position may see, [B, H, W, F]. */
  context?: tf.Tensor
  /** Given while training a model with dropout. */
  noise?: LayerNoise
}

export type ParameterOf = (name: string) => tf.Tensor

/** The tensor half of a block kind. */
export interface Layer {
  /** Names are relative to the block: 'weight'. */
  parameters: LayerParameter[]
  /** Channels that it adds to the sum of side outputs. */
  skipChannels?: number
  apply(streams: Streams, parameter: ParameterOf): Streams
  /** The same, one position at a time. Absent in input layers, which the sampler of their layout feeds. */
  incremental?: BuildIncremental
  /** The same, described for the sampling kernels (see CONTRIBUTING.md, "Fast sampling by description"). */
  describe?: DescribeLayer
}

export interface LayerContext extends BlockContext {
  /** Start of the output's bias, P for each channel group [groups × P]; zeros when absent. */
  outputBias?: Float32Array
}

/** Builds the layer of a block, given what flows into it. */
export type BuildLayer<B extends Block> = (block: B, input: Stream, context: LayerContext) => Layer

/** Uniform limit that keeps the variance of activations behind a ReLU (He et al. 2015). */
export const heLimit = (inputs: number): number => Math.sqrt(6 / Math.max(1, inputs))
/** Uniform limit for linear, tanh and sigmoid layers (Glorot & Bengio 2010). */
export const glorotLimit = (inputs: number, outputs: number): number => Math.sqrt(6 / Math.max(1, inputs + outputs))
