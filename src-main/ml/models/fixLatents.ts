import { tf } from '../tensor/tf'
import { withCondition } from './fixCondition'
import type { Model } from './model'

/**
 * p(x | ε) of a model with latents as a model of its own, the same standard normal ε [latents.size(D)] for every example: exact, normalised and
 * autoregressive, so that all that is asked of other models can be asked of it.
 */
export function fixLatents(model: Model, noise: Float32Array): Model {
  const { latents, boundPerDimension: _bound, trainingNll: _training, inferLatents: _infer, receptiveField: _windows, samplingPlan, ...rest } = model
  if (!latents) throw new Error('This model has no latents that could be given.')
  const size = (steps: number): number => latents.size(steps)
  return {
    ...rest,
    // The inference net takes no part in it.
    parameters: model.parameters.filter(({ name }) => !name.startsWith('posterior.')),
    conditionals(parameters, x, condition) {
      const [batch, steps] = x.shape as [number, number]
      const own = tf.tensor2d(noise.subarray(0, size(steps)), [1, size(steps)])
      return model.conditionals(parameters, x, condition, tf.tile(own, [batch, 1]))
    },
    ...(samplingPlan
      ? {
          samplingPlan(weights, steps) {
            const plan = samplingPlan(weights, steps)
            return plan && withCondition(plan, noise.subarray(0, size(steps)))
          },
        }
      : {}),
  }
}
