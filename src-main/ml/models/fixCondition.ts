import { tf } from '../tensor/tf'
import type { Model } from './model'

/**
 * p(x | c) of a conditioned model as a model of its own: one class index, or one vector, for every example.
 * Everything that holds for a model then holds for it: normalised, autoregressive, sampled and scored.
 */
export function fixCondition(model: Model, condition: Float32Array): Model {
  const { conditioning: _given, ...rest } = model
  const repeated = (batch: number): Float32Array => {
    const all = new Float32Array(batch * condition.length)
    for (let row = 0; row < batch; row++) all.set(condition, row * condition.length)
    return all
  }
  const tensorFor = (x: tf.Tensor): tf.Tensor => {
    const batch = x.shape[0]!
    return tf.tensor(repeated(batch), model.conditioning?.kind === 'vector' ? [batch, condition.length] : [batch])
  }
  return {
    ...rest,
    conditionals: (parameters, x) => model.conditionals(parameters, x, tensorFor(x)),
    ...(model.logProbPerDimension ? { logProbPerDimension: (parameters, x) => model.logProbPerDimension!(parameters, x, tensorFor(x)) } : {}),
    ...(model.trainingNll ? { trainingNll: (parameters, x, noise) => model.trainingNll!(parameters, x, noise, tensorFor(x)) } : {}),
    ...(model.boundPerDimension
      ? { boundPerDimension: (parameters, x, noise) => model.boundPerDimension!(parameters, x, noise, tensorFor(x)) }
      : {}),
    ...(model.sampler ? { sampler: (weights, batch) => model.sampler!(weights, batch, repeated(batch)) } : {}),
  }
}
