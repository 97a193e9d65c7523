import { conditionShape, conditionTensor } from '../evaluation/condition'
import { logProbPerDimension } from '../evaluation/logProb'
import type { Model, Parameters } from '../models/model'
import { noiseFrom, noiseSeed } from '../tensor/noise'
import { sumAll } from '../tensor/ops'
import type { EntryInput } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import type { Masked, TrainingBatch } from './batches'

/** One batch on the device. */
export interface BatchTensors {
  /** [B, L] */
  levels: tf.Tensor
  /** 1 where an example [B, 1] or a sample [B, L] counts; null when all do. */
  mask: tf.Tensor | null
  /** [B], [B, size] or [B, F, size] for a conditioned model. */
  condition?: tf.Tensor
  /** int32 [2], the noise's seed pair; for a model with a stochastic objective. */
  noise?: tf.Tensor
}

/**
 * The training loss in nats, a scalar: the exact negative log-likelihood −Σ log p(x_i | x_<i), or the model's own stochastic objective, its
 * mean over the examples or samples that count.
 */
export function meanNll(model: Model, parameters: Parameters, { levels, mask, condition, noise }: BatchTensors): tf.Scalar {
  const nll = model.trainingNll
    ? model.trainingNll(parameters, levels, noiseFrom(noise!), condition)
    : tf.neg(logProbPerDimension(model, parameters, levels, condition)) // [B, L]
  if (!mask) return tf.div(sumAll(nll), levels.shape[0]!)
  return tf.div(sumAll(tf.mul(nll, mask)), tf.sum(mask))
}

/** The inputs of a step, in the order of `batchTensors`. */
export function batchInputs(model: Model, [rows, length]: readonly [number, number], masked: Masked): EntryInput[] {
  const inputs: EntryInput[] = [{ name: 'levels', dtype: 'float32', shape: [rows, length] }]
  if (masked) inputs.push({ name: 'mask', dtype: 'float32', shape: [rows, masked === 'examples' ? 1 : length] })
  if (model.conditioning) inputs.push({ name: 'condition', dtype: 'float32', shape: conditionShape(model.conditioning, rows, length) })
  if (model.trainingNll) inputs.push({ name: 'noise', dtype: 'int32', shape: [2] })
  return inputs
}

/** The tensors of `batchInputs` by what they are. */
export function batchOf(inputs: readonly EntryInput[], tensors: readonly tf.Tensor[]): BatchTensors {
  const named: Record<string, tf.Tensor | undefined> = Object.fromEntries(inputs.map(({ name }, index) => [name, tensors[index]!]))
  return { levels: named.levels!, mask: named.mask ?? null, condition: named.condition, noise: named.noise }
}

/** A batch in the order of `batchInputs`, with the noise of step `step` (counted from 1). The caller disposes the tensors. */
export function batchTensors(
  model: Model,
  [rows, length]: readonly [number, number],
  batch: TrainingBatch,
  seed: number,
  step: number,
): tf.Tensor[] {
  const tensors: tf.Tensor[] = [tf.tensor2d(batch.levels, [rows, length])]
  if (batch.mask) tensors.push(tf.tensor2d(batch.mask, [rows, batch.mask.length / rows]))
  const condition = conditionTensor(model, batch.condition, rows, length)
  if (condition) tensors.push(condition)
  if (model.trainingNll) tensors.push(tf.tensor1d(noiseSeed(seed, 'noise', step), 'int32'))
  return tensors
}

interface GradientHost {
  gradients(f: () => tf.Scalar, xs: tf.Tensor[], dy: null, allowNoGradients: boolean): { value: tf.Scalar; grads: (tf.Tensor | null)[] }
}

/** Loss and gradients in the order of `names`; a parameter that the loss does not depend on has gradient 0. */
export function lossAndGradients(
  model: Model,
  names: readonly string[],
  parameters: Parameters,
  batch: BatchTensors,
): [tf.Scalar, ...tf.Tensor[]] {
  const tensors = names.map((name) => parameters[name]!)
  // tf.valueAndGrads insists on a gradient for each; networks such as WaveNet have a last layer whose residual output goes nowhere.
  const host = tf.engine() as unknown as GradientHost
  const { value, grads } = host.gradients(() => meanNll(model, parameters, batch), tensors, null, true)
  return [value, ...grads.map((gradient, index) => gradient ?? tf.zerosLike(tensors[index]!))]
}
