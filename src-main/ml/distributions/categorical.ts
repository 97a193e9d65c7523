import { categoricalLogProb, logSoftmax } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'

/** p(x = k) = softmax(l)_k, K logits per dimension. */
export function categorical(levels: number): Distribution {
  const levelNumbers = (): tf.Tensor => tf.range(0, levels, 1, 'float32')
  const largest = (parameters: Float32Array, offset: number): number => {
    let best = 0
    for (let level = 1; level < levels; level++) if (parameters[offset + level]! > parameters[offset + best]!) best = level
    return best
  }
  return {
    name: 'categorical',
    levels,
    parametersPerDimension: levels,
    logProb: (parameters, x) => categoricalLogProb(parameters, x),
    mean: (parameters) => tf.tidy(() => tf.sum(tf.mul(tf.softmax(parameters), levelNumbers()), -1)),
    mode: (parameters) => tf.cast(tf.argMax(parameters, -1), 'float32'),
    entropy: (parameters) =>
      tf.tidy(() => {
        const logProb = logSoftmax(parameters)
        return tf.neg(tf.sum(tf.mul(tf.exp(logProb), logProb), -1))
      }),
    sampleAt(parameters, offset, u, temperature) {
      const mode = largest(parameters, offset)
      if (temperature === 0) return mode
      const highest = parameters[offset + mode]!
      let total = 0
      for (let level = 0; level < levels; level++) total += Math.exp((parameters[offset + level]! - highest) / temperature)
      let remaining = u * total
      for (let level = 0; level < levels; level++) {
        remaining -= Math.exp((parameters[offset + level]! - highest) / temperature)
        if (remaining < 0) return level
      }
      // Only rounding leads here: u just below 1.
      return levels - 1
    },
    logProbAt(parameters, offset, value) {
      const highest = parameters[offset + largest(parameters, offset)]!
      let total = 0
      for (let level = 0; level < levels; level++) total += Math.exp(parameters[offset + level]! - highest)
      return parameters[offset + value]! - highest - Math.log(total)
    },
    meanAt(parameters, offset) {
      const highest = parameters[offset + largest(parameters, offset)]!
      let total = 0
      let weighted = 0
      for (let level = 0; level < levels; level++) {
        const mass = Math.exp(parameters[offset + level]! - highest)
        total += mass
        weighted += level * mass
      }
      return weighted / total
    },
  }
}
