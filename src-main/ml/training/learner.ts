import type { Model } from '../models/model'
import type { LogProbFunction } from '../evaluation/logProb'
import type { ParameterValues } from '../tensor/initialize'
import { tf } from '../tensor/tf'
import type { Masked, TrainingBatch } from './batches'
import type { OptimizerOptions } from './optimizers'

export interface TensorValue {
  shape: number[]
  data: Float32Array
}
/** Tensors by the parameters' canonical names. */
export type TensorMap = Map<string, TensorValue>

/** Everything on the device that an exact resume needs. */
export interface LearnerState {
  weights: TensorMap
  ema: TensorMap | null
  /** What the optimizer keeps for each weight, by its own names: Adam's moments are 'm' and 'v'. One that is absent is 0. */
  slots: Record<string, TensorMap>
}

export interface StepOutcome {
  /** The loss before the update. */
  nats: number
  /** Global norm of the gradient before clipping. */
  gradientNorm: number
  /** False when one of the two is not finite: weights, average and optimizer are then as they were. */
  applied: boolean
}

/**
 * Is shown a parameter's gradient before clipping and its values after the update, or of a parameter that is stored in parts, those of one
 * part after the other. The arrays are there during the call alone.
 */
export type Observer = (parameter: string, gradient: Float32Array, values: Float32Array) => void

/** Weights and optimizer on the device. Both kinds compute the same, see learner.test.ts. */
export interface Learner {
  readonly kind: 'compiled' | 'eager'
  /** One update; `step` counts from 1 (Adam's bias correction). With `observe` its gradients and weights are read as well. */
  step(batch: TrainingBatch, learningRate: number, step: number, observe?: Observer): StepOutcome
  /** Log-probabilities of batches of `evaluationShape` under the raw or averaged weights. */
  logProb(weights: 'raw' | 'ema'): LogProbFunction
  read(): LearnerState
  write(state: LearnerState): void
  dispose(): void
}

export interface LearnerOptions extends OptimizerOptions {
  model: Model
  /** [B, L] of the training batches and the mask that they carry. */
  batchShape: [number, number]
  masked: Masked
  /** [B, L] of the batches that logProb is asked about. */
  evaluationShape: [number, number]
  gradientClip: number | null
  ema: number | null
  /** Of the noise of stochastic objectives. */
  seed: number
}

/** The state before the first step: given weights, an average that starts at them, an optimizer that has seen nothing. */
export function initialState(model: Model, values: ParameterValues, withEma: boolean): LearnerState {
  const tensors = (make: (name: string, size: number) => Float32Array): TensorMap =>
    new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: make(name, values[name]!.length) }]))
  return {
    weights: tensors((name) => values[name]!),
    ema: withEma ? tensors((name) => values[name]!.slice()) : null,
    slots: {},
  }
}

export function zerosLike(tensors: TensorMap): TensorMap {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]))
}

/** Copies of the tensors' values, which are disposed. */
export function readTensors(model: Model, tensors: Readonly<Record<string, tf.Tensor>>): TensorMap {
  const values: TensorMap = new Map(
    model.parameters.map(({ name, shape }) => [name, { shape, data: (tensors[name]!.dataSync() as Float32Array).slice() }]),
  )
  tf.dispose(tensors)
  return values
}
