import type { Tensor } from '@tensorflow/tfjs-core'
import type { Domain } from '../../contract/domain'
import type { FeatureDomain, Upsampling } from '../../contract/localFeatures'
import type { FamilyDescription } from '../../contract/inspect/family'
import type { Distribution } from '../distributions/distribution'
import type { SamplingPlan } from '../kernels/operations'
import type { MatrixPart } from '../tensor/matrixParts'

export type Parameters = Readonly<Record<string, Tensor>>

/** Copies of the weights in canonical layout. */
export type Weights = ReadonlyMap<string, { shape: number[]; data: Float32Array }>

/** How a parameter starts; values come from the seeded stream of its name, so adding one parameter changes no other. */
export type Initializer =
  | { kind: 'zeros' }
  | { kind: 'constant'; value: number }
  | { kind: 'normal'; standardDeviation: number }
  | { kind: 'uniform'; limit: number }
  | { kind: 'values'; values: Float32Array }

export interface ParameterSpec {
  /** Canonical name on disk: 'blocks.3.conv.weight'. */
  name: string
  /** Canonical layout on disk, that of the equations (documented in the family's file). */
  shape: number[]
  init: Initializer
  /** Whole numbers that say where other weights belong: counted, stored with them, but never probed, descended along or drawn at random. */
  structure?: true
  /** Of a matrix [in, out]: the rectangles that alone take part, side by side. A model that names them accepts each as a parameter of its own, see `partName`. */
  parts?: readonly MatrixPart[]
}

/** Statistics of the training split that an initialisation may use. */
export interface DataStatistics {
  /** Probability of each level for each dimension [D × K] (add-one smoothed), or of each level alone [K] for audio. */
  marginals: Float32Array
  /** Levels of some examples from all over the split, rows × D, for an initialisation that looks at data; absent for sequences of any length. */
  examples?: Float32Array
}

/**
 * Gathers from a stream what a closed form needs. Fixed shapes: examples of D levels each, in batches; sequences: one whole example at a time.
 * Every example is given once, the training split before the validation split.
 */
export interface Fitter {
  /** rows × D levels of the training split. */
  add(levels: Float32Array, rows: number): void
  /** rows × D levels of the validation split, for what is chosen on it; absent where nothing is. */
  addValidation?(levels: Float32Array, rows: number): void
  /** The parameters. Long computations call `breathe` now and then, so that other work gets its turn and a cancel gets through. */
  finish(breathe: () => Promise<void>): Promise<Record<string, Float32Array>>
  /** What was chosen on the validation split, by name, once finished; kept with the checkpoint. */
  readonly chosen?: Readonly<Record<string, number>>
}

/** What an example may be conditioned on. Fed as a float32 tensor: class indices [B], vectors [B, size], or frames of features [B, F, size]. */
export type Conditioning = { kind: 'class'; classes: number } | { kind: 'vector'; size: number } | FeatureConditioning

/**
 * Local conditioning of time series: a frame of `size` numbers for every `hop` steps, F = framesRead frames of a window whose first step is the
 * first one of a frame. What is fed is standardised: (h − mean) / deviation.
 */
export interface FeatureConditioning extends FeatureDomain {
  kind: 'features'
  upsampling: Upsampling
}

export interface Latents {
  /** Standard normal numbers that a sample of so many steps takes. */
  size(steps: number): number
  /** K of the importance-weighted bound that boundPerDimension gives. */
  importanceSamples: number
  /** Whether the latents of one frame reach later ones. */
  carried: boolean
  /** Steps that share their latents. */
  frame: number
}

/**
 * Random tensors for dropout, orderings drawn per example and dequantisation. Keyed by (seed, stream, step): the n-th call within a step
 * always draws the same numbers, compiled or not, on any batch of the same shape.
 */
export interface Noise {
  /** Uniform in [0, 1), float32. */
  uniform(shape: number[]): Tensor
}

/**
 * A family bound to a configuration and a domain: pure functions of named parameters with static shapes, so that a step can be traced.
 * D = dimensions of an example, K = levels, P = distribution parameters per dimension.
 */
export interface Model {
  parameters: ParameterSpec[]
  distribution: Distribution
  /** Position in the raster of each step: the i-th conditional generated is that of dimension ordering[i]. null for time (0…T−1). */
  ordering: Int32Array | null
  /**
   * Parameters of every p(x_i | x_<i) under teacher forcing. x: [B, D] float32 levels 0…K−1 (any D for time series) -> [B, D, P].
   * Must not branch on tensor values, draw random numbers or read tensors back.
   * A conditioned model is always given `condition`. A model with latents: given their noise `latents` [B, latents.size(D)], zeros when absent.
   */
  conditionals(parameters: Parameters, x: Tensor, condition?: Tensor, latents?: Tensor): Tensor
  /** log p(x_i | x_<i) in nats, [B, D]; given when the family has a cheaper form than distribution.logProb(conditionals). Same values. */
  logProbPerDimension?(parameters: Parameters, x: Tensor, condition?: Tensor): Tensor
  /** What the model is conditioned on; absent = nothing. */
  conditioning?: Conditioning
  /**
   * What training minimises instead of −log p(x), when it is stochastic (dropout, an ordering or mask drawn for each example,
   * dequantisation): nats, [B, D], so that its sum over D is the objective of an example.
   */
  trainingNll?(parameters: Parameters, x: Tensor, noise: Noise, condition?: Tensor): Tensor
  /**
   * Set when log p(x) is only bounded from below: log-probabilities in nats [B, D] under one draw of the noise. A density of dequantised values,
   * with log K subtracted; or a model with latents. Evaluation averages seeded draws and labels the number a bound.
   */
  boundPerDimension?(parameters: Parameters, x: Tensor, noise: Noise, condition?: Tensor): Tensor
  /**
   * Latent variables: p(x) = E ∏_i p(x_i | x_<i, ε) over standard normal ε, which has no closed form. `conditionals` are exact for a given ε, never
   * those of p(x) itself; that is bounded by boundPerDimension. Samples draw ε, which the sampling plan and the samplers take as (the end of) their condition.
   */
  latents?: Latents
  /** Of these: ε as the inference net would have it for x [B, D], drawn with `noise`: [B, latents.size(D)]. */
  inferLatents?(parameters: Parameters, x: Tensor, noise: Noise): Tensor
  /** Values that are generated from one draw of latents: windows of clips begin with a multiple of it. */
  frame?: number
  /** Examples scored together where the default of the evaluation would take too much memory. */
  evaluationBatchSize?: number
  /**
   * Several chains that share the weights, each a model of its own: other masks, other orderings. `conditionals` and `ordering` are those of the first.
   * The ensemble's likelihood is log 1/M Σ_m p(x | m), of joint probabilities: see ml/evaluation/ensemble.
   */
  members?: { readonly count: number; of(member: number): Model }
  /**
   * Order-agnostic families only: the same weights under another generation order (ordering[i] = position in the raster of step i, each
   * position once), exact as a density of its own. What is observed may so come first, whatever its places: completion of any mask is exact.
   */
  withOrdering?(ordering: Int32Array): Model
  /** Of these: the orderings that training drew from, where it was not from all of them. Under another one the model is as exact, but less good. */
  trainedOrderings?: number
  /** Fitted by counting instead of gradients; training is then one pass. */
  fit?(statistics: DataStatistics): Record<string, Float32Array>
  /** Fitted in closed form from the examples themselves, where marginals are not enough. */
  fitter?(statistics: DataStatistics): Fitter
  /** Audio: samples of context the conditional of one sample sees (the window overlap for exact chunked scoring). */
  receptiveField?: number
  /** Series, where a conditional sees the whole past: values before a window from which training reads it, its state zero there. */
  trainingContext?: number
  /**
   * The incremental sampler described for the kernels (see CONTRIBUTING.md, "Fast sampling by description"), for samples of `steps`
   * dimensions; null when this configuration has none. Taken before `sampler`.
   */
  samplingPlan?(weights: Weights, steps: number): SamplingPlan | null
  /** As `sampler`, but by the kernels: for samples that take several plans. Taken before `sampler`. */
  kernelSampler?(weights: Weights, batch: number, condition?: Float32Array): CachedSampler
  /** A cached sampler in JavaScript; absent when the naive one must serve. condition: class indices [batch], or vectors [batch × size]. */
  sampler?(weights: Weights, batch: number, condition?: Float32Array): CachedSampler
}

/**
 * Incremental ancestral sampling. Called for step = 0, 1, … in generation order.
 * `logits` returns the P parameters of the step's conditional for each of the batch (B × P, valid until the next call);
 * `accept` tells the values that were drawn.
 */
export interface CachedSampler {
  logits(step: number): Float32Array
  accept(step: number, values: Float32Array): void
  /** True when dimensions are independent, so that nothing is cached either. */
  readonly direct?: boolean
}

export interface Family<Config = unknown> {
  description: FamilyDescription<Config>
  /** Statistics, when given, set data-dependent initial values (output biases at the marginal logits). */
  build(config: Config, domain: Domain, seed: number, statistics?: DataStatistics): Model
}
