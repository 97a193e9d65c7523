import { bernoulliLogProb, softplus } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'

/** [..., 1] -> [...] */
const logitsOf = (parameters: tf.Tensor): tf.Tensor => tf.reshape(parameters, parameters.shape.slice(0, -1))

/** p(x = 1) = σ(l), one logit l per dimension: log p(x) = x·l − softplus(l). */
export const bernoulli: Distribution = {
  name: 'bernoulli',
  levels: 2,
  parametersPerDimension: 1,
  logProb: (parameters, x) => bernoulliLogProb(logitsOf(parameters), x),
  mean: (parameters) => tf.sigmoid(logitsOf(parameters)),
  mode: (parameters) => tf.cast(tf.greater(logitsOf(parameters), 0), 'float32'),
  /** H = softplus(l) − l·σ(l) */
  entropy: (parameters) =>
    tf.tidy(() => {
      const logits = logitsOf(parameters)
      return tf.sub(softplus(logits), tf.mul(logits, tf.sigmoid(logits)))
    }),
  sampleAt(parameters, offset, u, temperature) {
    const logit = parameters[offset]!
    if (temperature === 0) return logit > 0 ? 1 : 0
    // Level 0 takes [0, p(0)); p(0) = σ(−l / T).
    return u < 1 / (1 + Math.exp(logit / temperature)) ? 0 : 1
  },
  logProbAt(parameters, offset, value) {
    const logit = parameters[offset]!
    return -Math.max(0, value === 1 ? -logit : logit) - Math.log1p(Math.exp(-Math.abs(logit)))
  },
  meanAt: (parameters, offset) => 1 / (1 + Math.exp(-parameters[offset]!)),
}
