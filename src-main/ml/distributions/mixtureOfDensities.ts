import { logSoftmax } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Distribution } from './distribution'
import { clippedLogScale, fromLevels, LEAST_LOG_SCALE, logLevelsPerUnit, MOST_LOG_SCALE, toLevels } from './locationScale'
import type { Kernel } from './locationScale'
import { chooseComponent, logSumExp, logSumExpAt } from './logSumExp'

/** [..., 3M] -> logits, locations and log scales, each [..., M]. */
function split(parameters: tf.Tensor): [logits: tf.Tensor, location: tf.Tensor, logScale: tf.Tensor] {
  const [logits, location, logScale] = tf.split(parameters, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor]
  return [logits, location, tf.clipByValue(logScale, LEAST_LOG_SCALE, MOST_LOG_SCALE)]
}

/**
 * Σ_m π_m f((z − μ_m) / s_m) / s_m of dequantised values, z = 2y/K − 1, π = softmax of the logits. 3M parameters: logits, locations, log scales.
 * A temperature divides the logits and multiplies the scales; 0 gives the location at which the mixture is densest.
 */
export function mixtureOfDensities(kernel: Kernel, levels: number, components: number): Distribution {
  const perUnit = logLevelsPerUnit(levels)
  /** values [..., N] in −1…1, given logits etc. [..., M] -> log density per unit [..., N] */
  const logDensity = (values: tf.Tensor, [logits, location, logScale]: [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor => {
    const scaled = tf.expandDims(logScale, -2) // [..., 1, M]
    const z = tf.mul(tf.sub(tf.expandDims(values, -1), tf.expandDims(location, -2)), tf.exp(tf.neg(scaled))) // [..., N, M]
    return logSumExp(tf.add(tf.sub(kernel.logDensity(z), scaled), tf.expandDims(logSoftmax(logits), -2)))
  }
  const logDensityAt = (parameters: Float32Array, offset: number, z: number): number => {
    const terms = new Float64Array(components)
    for (let m = 0; m < components; m++) {
      const logScale = clippedLogScale(parameters[offset + 2 * components + m]!)
      terms[m] = parameters[offset + m]! + kernel.logDensityAt((z - parameters[offset + components + m]!) * Math.exp(-logScale)) - logScale
    }
    return logSumExpAt(terms, 0, components) - logSumExpAt(parameters, offset, components)
  }
  return {
    name: `mixture of ${kernel.name}`,
    kind: 'density',
    levels,
    parametersPerDimension: 3 * components,
    logProb: (parameters, x) =>
      tf.sub(tf.squeeze(logDensity(tf.expandDims(fromLevels(x, levels), -1), split(parameters)), [-1]), perUnit),
    mean: (parameters) =>
      tf.tidy(() => {
        const [logits, location] = split(parameters)
        return tf.mul(tf.add(tf.sum(tf.mul(tf.softmax(logits), location), -1), 1), levels / 2)
      }),
    /** The densest of the locations: exact for Laplace, whose mixtures peak nowhere else, and near it for well separated Gaussians. */
    mode: (parameters) =>
      tf.tidy(() => {
        const parts = split(parameters)
        const best = tf.oneHot(tf.argMax(logDensity(parts[1], parts), -1), components)
        return tf.mul(tf.add(tf.sum(tf.mul(best, parts[1]), -1), 1), levels / 2)
      }),
    /** By a trapezoid rule within each component, right to about 0.01 nats: a mixture's entropy has no closed form. */
    entropy: (parameters) =>
      tf.tidy(() => {
        const parts = split(parameters)
        const [logits, location, logScale] = parts
        const { from, step, count } = kernel.nodes
        let total: tf.Tensor = tf.zerosLike(location) // [..., M]
        for (let node = 0; node < count; node++) {
          const z = from + node * step
          const values = tf.add(location, tf.mul(tf.exp(logScale), z))
          const next = tf.tidy(() => tf.sub(total, tf.mul(logDensity(values, parts), step * Math.exp(kernel.logDensityAt(z)))))
          total.dispose()
          total = next
        }
        return tf.add(tf.sum(tf.mul(tf.softmax(logits), total), -1), perUnit)
      }),
    sampleAt(parameters, offset, u, temperature) {
      const locationAt = (component: number): number => parameters[offset + components + component]!
      if (temperature === 0) {
        let best = 0
        for (let m = 1; m < components; m++)
          if (logDensityAt(parameters, offset, locationAt(m)) > logDensityAt(parameters, offset, locationAt(best))) best = m
        return toLevels(locationAt(best), levels)
      }
      const { component, rest } = chooseComponent(parameters, offset, components, u, temperature)
      const scale = Math.exp(clippedLogScale(parameters[offset + 2 * components + component]!)) * temperature
      return toLevels(locationAt(component) + scale * kernel.quantile(rest), levels)
    },
    logProbAt: (parameters, offset, value) => logDensityAt(parameters, offset, (2 * value) / levels - 1) - perUnit,
    meanAt(parameters, offset) {
      const normaliser = logSumExpAt(parameters, offset, components)
      let mean = 0
      for (let m = 0; m < components; m++) mean += Math.exp(parameters[offset + m]! - normaliser) * parameters[offset + components + m]!
      return toLevels(mean, levels)
    },
    cdfAt(parameters, offset) {
      const normaliser = logSumExpAt(parameters, offset, components)
      const weights = Float64Array.from({ length: components }, (_value, m) => Math.exp(parameters[offset + m]! - normaliser))
      const inverses = Float64Array.from({ length: components }, (_value, m) => Math.exp(-clippedLogScale(parameters[offset + 2 * components + m]!)))
      return (value) => {
        const z = (2 * value) / levels - 1
        let sum = 0
        for (let m = 0; m < components; m++) sum += weights[m]! * kernel.cdf((z - parameters[offset + components + m]!) * inverses[m]!)
        return sum
      }
    },
  }
}
