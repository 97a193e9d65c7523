import type { Model, Parameters } from '../models/model'
import type { tf } from '../tensor/tf'

/** log p(x_i | x_<i) in nats of a batch of levels: x [B, D] -> [B, D]. */
export type LogProbFunction = (x: tf.Tensor) => tf.Tensor

export function logProbPerDimension(model: Model, parameters: Parameters, x: tf.Tensor): tf.Tensor {
  return model.logProbPerDimension ? model.logProbPerDimension(parameters, x) : model.distribution.logProb(model.conditionals(parameters, x), x)
}
